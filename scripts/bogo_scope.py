# SPDX-License-Identifier: Apache-2.0
"""Which of BoGo's tests are about TLS as it is built: by name, each exclusion with its reason.

A name that no rule matches is in the list. Single tests that are off for another reason: tools/bogo_shim/config.json.
"""

import fnmatch
import re

# In the list although a rule below matches: what ends do with offers of something that they do not have.
LISTED = ("SkipEarlyData-[!E]*",)

# The runner repeats these for each way of driving a connection.
DRIVEN = r"-TLS-(Sync|Async)(-ImplicitHandshake|-SplitHandshakeRecords|-PackHandshake)?$"

RULES = {
    "DTLS": "*DTLS* *QUIC* SendSplitAlert-* StrayChangeCipherSpec",
    "ML-KEM and ML-DSA": """*MLKEM* *ML-DSA* CurveTest-Server-EqualPreference-* PostQuantumEnabledByDefault*
        CustomKeyShares-All-* CustomKeyShares-Multiple* CustomKeyShares-NotMostPreferred-* CustomKeyShares-PeerSelectedLater*
        KeyShareWithServerHint-*""",
    "Encrypted ClientHello": "*ECH*",
    "BoringSSL alone, or a draft": """Compliance-* *ChannelID* *DDoS* *OldCallback* PAKE-* ALPS-* AllExtensions-*
        ExtraClientEncryptedExtension-* *TrustAnchor* *HintMismatch* *TicketFlags* *AcrossNames *DelegatedCredential* *_LEGACY-* *JDK11*
        ServerPadding* RetainOnlySHA256-* GREASE-*""",
    "0-RTT": """EarlyData* *-EarlyData-* *0RTT* *EndOfEarlyData* ExportKeyingMaterial-Server-* NoEarlyKeyingMaterial-*
        ServerAcceptsEarlyDataOnHRR-* TLS13-EarlyData-* TLS13-MaxEarlyData-* TLS13-TicketAgeSkew-Backward-*
        TLS13-TicketAgeSkew-Forward-* TLS13-SendTicketEarlyDataSupport TLS13-ExpectTicketEarlyDataSupport""",
}
PATTERNS = {reason: text.split() for reason, text in RULES.items()}


def excluded(name):
    """The reason why a test is not in the list, or None."""
    plain = re.sub(DRIVEN, "", name)
    matches = lambda patterns: any(fnmatch.fnmatchcase(one, pattern) for one in (name, plain) for pattern in patterns)
    if matches(LISTED):
        return None
    return next((reason for reason, patterns in PATTERNS.items() if matches(patterns)), None)
