"""The command line: parse, call one service, print. One file a command, loaded only when it is asked for."""
