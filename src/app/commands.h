/* The commands of the program; each reads its own options and returns the exit code. argv[0] is the command's
 * name. */
#ifndef TANDEM_COMMANDS_H
#define TANDEM_COMMANDS_H

int command_serve(int argc, char **argv);
int command_init(int argc, char **argv);
int command_demo(int argc, char **argv);
int command_token(int argc, char **argv);
int command_export(int argc, char **argv);
int command_import(int argc, char **argv);
int command_programme(int argc, char **argv);
int command_describe(int argc, char **argv);
int command_check(int argc, char **argv);
int command_backup(int argc, char **argv);
int command_restore(int argc, char **argv);
int command_dump(int argc, char **argv);
int command_load(int argc, char **argv);
int command_copy(int argc, char **argv);
int command_migrate(int argc, char **argv);
int command_link(int argc, char **argv);
int command_log(int argc, char **argv);
int command_witness(int argc, char **argv);
int command_psi(int argc, char **argv);

#endif
