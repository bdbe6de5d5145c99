/* `tandem match`: two CSV files of companies against each other. */
#ifndef TANDEM_MATCH_COMMAND_H
#define TANDEM_MATCH_COMMAND_H

/* ARGV[0] is "match". Returns the exit code: 0 done, 1 wrong use, 2 a file cannot be read. */
int command_match(int argc, char **argv);

#endif
