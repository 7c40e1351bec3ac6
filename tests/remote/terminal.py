# SPDX-License-Identifier: GPL-3.0-or-later
# terminal.py ANSWER COMMAND...: runs it on a terminal of its own, answers the question for a pass
# phrase, and prints what the terminal showed. Exits as the command does.
import os, sys
answer, command = sys.argv[1], sys.argv[2:]
pid, terminal = os.forkpty()
if pid == 0:
    os.execvp(command[0], command)
seen = b""
asked = False
while True:
    try:
        got = os.read(terminal, 4096)
    except OSError:
        break
    if not got:
        break
    seen += got
    if not asked and b"Pass phrase" in seen:
        asked = True
        os.write(terminal, answer.encode() + b"\n")
sys.stdout.buffer.write(seen)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
