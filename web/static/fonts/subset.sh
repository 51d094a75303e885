#!/bin/sh
# Makes the font files of this folder from the unmodified packages named in
# README.md. Needs fonttools 4.38 or newer with brotli.
#
#   fonts/subset.sh <folder holding node_modules of both packages>
set -eu
here=$(cd "$(dirname "$0")" && pwd)
onest=$1/@fontsource-variable/onest
mono=$1/@fontsource/ibm-plex-mono
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
py=${PYTHON:-/usr/bin/python3}

# subset <source part> <unicodes> <target>: weights 400 to 700 and the listed characters only.
subset() {
	"$py" -m fontTools.varLib.instancer -q "$onest/files/onest-$1-wght-normal.woff2" wght=400:700 -o "$tmp/$1.ttf"
	"$py" -m fontTools.subset "$tmp/$1.ttf" --unicodes="$2" --flavor=woff2 --no-hinting \
		--layout-features=kern,mark,mkmk,ccmp,locl,tnum,case --output-file="$here/$3.woff2"
}

subset latin U+0020-007E,U+00A0-00FF,U+02BB,U+02BC,U+2010-2015,U+2018-201E,U+2020,U+2022,U+2026,U+2030,U+2039,U+203A,U+20AC,U+2122,U+2212 onest-latin
subset cyrillic U+0401,U+040E,U+0410-044F,U+0451,U+045E,U+2116 onest-cyrillic
subset cyrillic-ext U+0492,U+0493,U+049A,U+049B,U+04B2,U+04B3 onest-uzbek-cyrillic
cp "$mono/files/ibm-plex-mono-latin-400-normal.woff2" "$here/plex-mono.woff2"
cp "$onest/LICENSE" "$here/OFL-Onest.txt"
cp "$mono/LICENSE" "$here/OFL-PlexMono.txt"

# What each file really holds, read from the file itself and tied to it by its
# digest. The declared unicode-range proves nothing: a font may lack a letter
# of its range.
"$py" - "$here" <<'PY'
import glob, hashlib, os, sys
from fontTools.ttLib import TTFont
for f in sorted(glob.glob(os.path.join(sys.argv[1], '*.woff2'))):
    chars = sorted(TTFont(f).getBestCmap())
    with open(f, 'rb') as src, open(f[:-6] + '.cmap', 'w') as out:
        print('sha256', hashlib.sha256(src.read()).hexdigest(), file=out)
        for c in chars:
            print('U+%04X' % c, file=out)
PY
