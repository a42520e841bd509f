# Ends a process group and removes its folder when the test program dies without doing so itself.
# Arguments: the group's id, the signal that asks it to end, the folder.
# Standard input is a pipe from the test program; a line on it means that all has been tidied up.
if read -r _; then exit 0; fi
kill -s "$2" -- "-$1"
tries=0
while kill -s 0 -- "-$1" && [ "$tries" -lt 50 ]; do
    sleep 0.1
    tries=$((tries + 1))
done
kill -s KILL -- "-$1"
rm -rf -- "$3"
