# SPDX-License-Identifier: GPL-3.0-or-later
# terminal.py [-o NAME] WORD ANSWER COMMAND...: runs it on a terminal of its own, types the answer
# whenever WORD is asked for, and prints what the terminal showed. With -o its output goes to
# NAME.out and NAME.err instead. Exits as the command does.
import os, sys
name = None
if sys.argv[1] == "-o":
    name = sys.argv[2]
    del sys.argv[1:3]
word, answer, command = sys.argv[1].encode(), sys.argv[2], sys.argv[3:]
pid, terminal = os.forkpty()
if pid == 0:
    for fd, kind in ((1, "out"), (2, "err")) if name else ():
        file = os.open(name + "." + kind, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.dup2(file, fd)
    os.execvp(command[0], command)
seen = b""
asked = 0
while True:
    try:
        got = os.read(terminal, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if seen.count(word) > asked:
        asked += 1
        os.write(terminal, answer.encode() + b"\n")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
