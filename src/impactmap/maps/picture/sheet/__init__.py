"""The sheet that a picture is: headline, key, map and sources, each in its box."""
