/* tandem verify: checks receipts and signed checkpoints from plain files, without a network or a database. */
#ifndef TANDEM_MERKLE_COMMAND_H
#define TANDEM_MERKLE_COMMAND_H

/*
 * ARGV[0] is the command's own word, "verify". Returns the exit status: 0 everything proven, 1 something is
 * disproven or not proven, 2 wrong usage or a file that cannot be read.
 */
int command_verify(int argc, char **argv);

#endif
