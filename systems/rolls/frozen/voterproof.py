#!/usr/bin/env python3
"""Checks that an entry is in a frozen electoral roll, from the proof alone.

    python3 voterproof.py PROOF.json

It shares no code with the program that made the proof, needs nothing but Python 3, and
reads nothing but the file. docs/frozen-roll.md says what each field is. At the end it
prints the entry that the commission's public ledger must have: look it up there, at the
commission's site or at anybody's who keeps a copy.
"""
import base64
import hashlib
import hmac
import json
import sys


def sha(data):
    return hashlib.sha256(data).digest()


def number(value, size):
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("%r is no number" % (value,))
    return value.to_bytes(size, "big")


def unhex(text, size):
    data = bytes.fromhex(text)
    if len(data) != size:
        raise ValueError("%d bytes where %d belong" % (len(data), size))
    return data


def climb(leaf, place, size, path):
    """The root that a path of RFC 6962 leads to from leaf number place of size."""
    if not 0 <= place < size:
        raise ValueError("place %d of %d" % (place, size))
    root, last = leaf, size - 1
    for other in path:
        if last == 0:
            raise ValueError("the path is too long")
        if place % 2 == 1 or place == last:
            root = sha(b"\1" + other + root)
            while place % 2 == 0 and place != 0:
                place //= 2
                last //= 2
        else:
            root = sha(b"\1" + root + other)
        place //= 2
        last //= 2
    if last != 0:
        raise ValueError("the path is too short")
    return root


def check(proof):
    if proof["form"] != "intikhab/voter-proof v1":
        raise ValueError("this is no proof that I know")
    if len(proof["cnic"]) != 13 or len(proof["block"]) != 9 or proof["list"] not in "MFX":
        raise ValueError("CNIC, block or list is not of the right form")
    block = number(int(proof["block"]), 4)
    leaf = (b"intikhab/voter v1\n" + unhex(proof["salt"], 16) + number(int(proof["cnic"]), 8) + block
            + number("MFX".index(proof["list"]), 1) + number(proof["serial"], 4) + number(proof["household"], 4)
            + unhex(proof["particulars"], 32))
    voters = proof["block_voters"]
    root = climb(sha(b"\0" + leaf), proof["place"], sum(voters), [unhex(h, 32) for h in proof["path"]])
    leaf = b"intikhab/block v1\n" + block + b"".join(number(n, 4) for n in voters) + root
    root = climb(sha(b"\0" + leaf), proof["block_place"], proof["blocks"], [unhex(h, 32) for h in proof["block_path"]])
    if root.hex() != proof["root"]:
        raise ValueError("the entry does not lead to the roll's root")
    text = proof["statement"]
    if not text.startswith("intikhab/roll v1\n") or "\nroot: " + proof["root"] + "\n" not in text or proof["statement_kind"] != "roll":
        raise ValueError("the statement does not name the root")
    commitment = hmac.new(unhex(proof["statement_salt"], 32), text.encode(), hashlib.sha256).digest()
    return "intikhab/roll v1\n%d\n%s\n" % (proof["statement_number"], base64.b64encode(commitment).decode())


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        proof = json.load(file)
    try:
        entry = check(proof)
    except (KeyError, ValueError, OverflowError, TypeError) as error:
        sys.exit("The proof does not hold: %s" % error)
    print("The entry is in the roll: block %s, list %s, serial %d, household %d."
          % (proof["block"], proof["list"], proof["serial"], proof["household"]))
    print("\nThe commission has said:\n\n%s" % proof["statement"])
    if proof["ledger_entry"] < 0:
        print("The public ledger has no entry for it yet. It must become:")
    else:
        print("The public ledger must have as its entry %d:" % proof["ledger_entry"])
    print("\n" + entry)


main()
