# The tests once more under coverage: the whole project, and every branch of the pure floor. Those that take minutes and
# start the program again and again are left out, and so is the second database: they ran just before, and what they add is
# little.
set -e
ALL=90
CORE=100
BIN=${BIN:-.venv/bin}
LEFT_OUT="drill bench hostile corpus sequences e2e/test_morning.py e2e/test_shipped_list.py e2e/test_walk.py tui/test_hostile_library.py net/test_ytdlp.py daemon/test_memory.py services/test_doubts.py"
rm -f .coverage .coverage.*
$BIN/coverage run -m pytest -q -n auto -p no:cacheprovider -k "not postgres" $(for one in $LEFT_OUT; do echo "--ignore=tests/$one"; done)
$BIN/coverage combine -q
$BIN/coverage report --fail-under=$ALL --format=total >/dev/null || { $BIN/coverage report | tail -60; echo "below $ALL %"; exit 1; }
$BIN/coverage report --include='tracker/core/*' --fail-under=$CORE --format=total >/dev/null || { $BIN/coverage report --include='tracker/core/*'; echo "tracker/core below $CORE %"; exit 1; }
$BIN/coverage report --format=total
