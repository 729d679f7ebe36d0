# The order in which events come that are each up to `late` seconds late, not counting the last of them:
#     awk -v seed=1 -v late=3600 -f deliver.awk history | sort -n | cut -f 2-
# One event in 40 comes twice.
BEGIN { FS = OFS = "\t"; srand(seed) }
{
    print $1 + rand() * (late - 1), $2
    if (rand() < 1 / 40) print $1 + rand() * (late - 1), $2
}
