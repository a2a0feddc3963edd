# The tests once more under coverage: the whole project, and every branch of the pure floor.
set -e
ALL=90
CORE=100
BIN=${BIN:-.venv/bin}
rm -f .coverage .coverage.*
$BIN/coverage run -m pytest -q -n auto -p no:cacheprovider
$BIN/coverage combine -q
$BIN/coverage report --fail-under=$ALL --format=total >/dev/null || { $BIN/coverage report | tail -60; echo "below $ALL %"; exit 1; }
$BIN/coverage report --include='tracker/core/*' --fail-under=$CORE --format=total >/dev/null || { $BIN/coverage report --include='tracker/core/*'; echo "tracker/core below $CORE %"; exit 1; }
$BIN/coverage report --format=total
