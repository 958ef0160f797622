"""Voters and press: attention rises with voice and fades; seats change at elections (R9)."""
