"""Where Natural Earth's admin-1 codes and ISO 3166-2 of today part ways: data for the boundary build, and nothing else.

`RECODES` maps a code as Natural Earth writes it to the present ISO code; `RECODES_BY_NAME` does so where one old code
covers several units; `WITHDRAWN` lists countries whose old codes were re-used for other areas or whose units were
redrawn, so that a polygon under today's code would be wrong (they are shown at country level); `REDRAWN` lists single
units that have since lost land to a new unit. `DISPUTED` says in one
neutral sentence how a contested area is grouped: by its ISO 3166 prefix, without a view on the claim.
"""

from __future__ import annotations


def _pairs(country: str, table: str) -> dict[str, str]:
    return {f"{country}-{old}": f"{country}-{new}" for old, new in (pair.split(":") for pair in table.split())}


RECODES: dict[str, str] = {
    **_pairs("CZ", "JC:31 JM:64 KA:41 KR:52 LI:51 MO:80 OL:71 PA:53 PL:32 PR:10 ST:20 US:42 VY:63 ZL:72"),
    **_pairs("EE", "44:45 49:50 51:52 57:56 59:60 65:64 67:68 70:71 78:79 82:81 86:87"),
    **_pairs("GT", "GU:01 PR:02 SA:03 CM:04 ES:05 SR:06 SO:07 TO:08 QZ:09 SU:10 RE:11"),
    **_pairs("GT", "SM:12 HU:13 QC:14 BV:15 AV:16 PE:17 IZ:18 ZA:19 CQ:20 JA:21 JU:22"),
    **_pairs("IN", "CT:CG OR:OD TG:TS UT:UK"),
    **_pairs("IR", "01:03 02:04 03:24 04:10 05:16 06:18 08:14 10:06 11:19 12:20 13:11 14:07 15:08 16:12 17:05 18:17"),
    **_pairs("IR", "19:01 20:15 21:02 22:00 23:22 24:13 25:21 26:25 28:26 30:09 31:28"),
    **_pairs("KZ", "AKM:11 AKT:15 ATY:23 KUS:39 KZY:43 MAN:47 PAV:55 SEV:59 YUZ:61 ZAP:27 ZHA:31 AST:71"),
    **_pairs("NO", "01:31 02:32 04:34 05:34 06:33 07:39 08:40 09:42 10:42 12:46 14:46 16:50 17:50 19:55 20:56"),
    **_pairs("PL", "DS:02 KP:04 LU:06 LB:08 LD:10 MA:12 MZ:14 OP:16 PK:18 PD:20 PM:22 SL:24 SK:26 WN:28 WP:30 ZP:32"),
    **_pairs("IT", "AO:23 CI:88 OG:88 OT:88 VS:88"),
    **_pairs("PH", "BCD:06 LAP:07 MDE:07 MAG:14 MNL:00"),
    **_pairs("ZA", "GT:GP NL:KZN"),
    "BS-X01~": "BS-NP", "FR-75": "FR-IDF", "GR-A1": "GR-I", "HU-ED": "HU-ER", "IS-0": "IS-1", "KN-14": "KN-K",
    "LR-X1~": "LR-GP", "LR-X2~": "LR-RG", "MD-CAM": "MD-SN", "MD-GRI": "MD-SN", "MX-DIF": "MX-CMX", "OM-BA": "OM-BS",
    "OM-SH": "OM-SJ", "TJ-X01~": "TJ-RA", "TT-RCM": "TT-MRC", "TT-ETO": "TT-TOB", "TT-WTO": "TT-TOB",
    "TW-TPQ": "TW-NWT", "AU-X02~": "AU-NSW", "AU-X03~": "AU-TAS",
    **{f"BA-X0{n}~": "BA-SRP" for n in range(1, 8)},
}  # fmt: skip

RECODES_BY_NAME: dict[tuple[str, str], str] = {
    ("IR-07", "Tehran"): "IR-23",
    ("IR-07", "Alborz"): "IR-30",
    ("KZ-ALA", "Almaty City"): "KZ-75",
    ("CO-CUN", "Bogota"): "CO-DC",
    ("SB-CH", "Western"): "SB-WE",
    ("MV-12", "Malé"): "MV-MLE",
}

WITHDRAWN = frozenset({"CD", "CI", "KE", "LU", "LV", "MA", "MK", "NP", "PS"})

REDRAWN = frozenset(
    {
        "BD-C", "DZ-01", "DZ-07", "DZ-08", "DZ-11", "DZ-30", "DZ-33", "DZ-39", "DZ-47", "ET-SN", "GH-NP", "GH-TV",
        "GH-WP", "ID-PA", "ID-PB", "LB-AS", "LB-BI", "ML-6", "ML-7", "PA-8", "PG-SHM", "PG-WHM", "SD-KS", "TZ-14",
    }
)  # fmt: skip

# ISO lists islands (ID) and historic provinces (IE) at the top; provinces and counties are what has law or names.
KEEP_SECOND_LEVEL = frozenset({"ID", "IE"})

# Codes newer than the code list that the build reads (Norway, since 2024), and those that they ended.
NEW_NAMES: dict[str, str] = {
    "NO-31": "Østfold", "NO-32": "Akershus", "NO-33": "Buskerud", "NO-39": "Vestfold", "NO-40": "Telemark",
    "NO-55": "Troms", "NO-56": "Finnmark",
}  # fmt: skip
ENDED_CODES = frozenset({"NO-30", "NO-38", "NO-54"})

# Admin-1 units that are entries of ISO 3166-1 in their own right.
OWN_COUNTRY: dict[str, str] = {
    "FR-GF": "GF", "FR-GP": "GP", "FR-MQ": "MQ", "FR-RE": "RE", "FR-YT": "YT", "NL-BQ1": "BQ", "NL-BQ2": "BQ",
    "NL-BQ3": "BQ", "NL-SX": "SX", "NO-21": "SJ", "NO-X01~": "BV", "-99-X15~": "CC", "-99-X14~": "CX", "US-PR": "PR",
}  # fmt: skip

DISPUTED: dict[str, str] = {
    "CN": "Paracel Islands, grouped with CN, are claimed by several states.",
    "CY": "The whole island is shown with CY, as in ISO 3166.",
    "EH": "Shown with the extent of the ISO 3166-1 entry EH, south of 27°40′ N.",
    "FK": "The islands are claimed by Argentina.",
    "GE": "Abkhazia and South Ossetia are shown with GE, as in ISO 3166-2.",
    "GS": "The islands are claimed by Argentina.",
    "IN": "Kashmir is drawn along the line of control.",
    "MA": "Drawn north of 27°40′ N; see EH.",
    "MD": "The left bank of the Dniester is shown with MD, as in ISO 3166-2.",
    "PK": "Kashmir is drawn along the line of control.",
    "PS": "Shown with the extent of the ISO 3166-1 entry PS.",
    "RU": "Crimea and Sevastopol are shown with UA, as in ISO 3166-2.",
    "SO": "Somaliland is shown with SO, as in ISO 3166-2.",
    "TW": "Has an ISO 3166-1 entry of its own; also listed as CN-TW.",
    "UA": "Crimea and Sevastopol are shown with UA, as in ISO 3166-2 (UA-43, UA-40).",
    "VN": "Spratly Islands, grouped with VN, are claimed by several states.",
    "XK": "User-assigned code; some states list the area as RS-KM.",
}
DISPUTED_SUBDIVISIONS = frozenset({"UA-43", "UA-40", "GE-AB", "MD-SN"})
