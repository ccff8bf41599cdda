"""The vocabulary of the labour market, and the functions that map a text to one of its terms.

Reads nothing but its own data files (`taxonomy/data/`) and writes nothing.
"""
