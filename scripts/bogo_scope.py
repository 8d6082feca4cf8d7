# SPDX-License-Identifier: Apache-2.0
"""Which of BoGo's tests are about TLS 1.3 as it is built: by name, each exclusion with its reason.

A name that no rule matches is in the list. Names of the runner say their protocol and version; the tests of older versions
that do not are named one by one.
"""

import fnmatch
import re

# In the list although a rule below matches: what a TLS 1.3 end does with offers of something else.
LISTED = (
    "MinimumVersion-*TLS13*-TLS", "NPN-Declined-TLS13", "Renegotiate-Client-TLS13", "BadECDSA-*-TLS13", "StrayHelloRequest-TLS13",
    "SkipEarlyData-[!E]*",
)

# The runner repeats these for each way of driving a connection.
DRIVEN = r"-TLS-(Sync|Async)(-ImplicitHandshake|-SplitHandshakeRecords|-PackHandshake)?$"

OLDER = """
    *-TLS1 *-TLS1-* *-TLS11* *-TLS12* TLS1-* TLS11-* TLS12-* *InTLS12-* TLS12ClientShouldNotOffer-* TLS12NoSessionID-*
    TLS12ServerShouldNotSelect-* TLS12SessionID-* ResumeTLS12SessionID-* *SSL3* *V2ClientHello* *-TLS13-TLS1-TLS
    NPN-* FalseStart* NoFalseStart-* Renegotiat* *-Renegotiate *-Renegotiate-* TLSUnique-* ExtendedMasterSecret-[NYR]* EMS-*
    BadRSAClientKeyExchange-* BadECDSA-* CBC* *CBCPadding* CipherNegotiation-* EmptyPSKHint-* PointFormat-Client-*
    PointFormat-Server-* *HelloRequest* Agree-* *ChangeCipherSpec-Client *ChangeCipherSpec-Server *ChangeCipherSpec-Server-NPN
    AlertAfterChangeCipherSpec AppDataAfterChangeCipherSpec AppDataAfterChangeCipherSpec-Empty BadChangeCipherSpec-*
    EarlyChangeCipherSpec-* FragmentAcrossChangeCipherSpec-* Alternate*WarningAlerts Basic-* CertificateCipherMismatch-*
    CheckClientCertificateTypes ClientCertificateTypes CheckLeafCurve Client-ShortSessionID Client-TooLongSessionID ClientAuth-PSK
    ClientAuth-ECDHE_PSK ClientAuth-Enforced ClientAuth-NoFallback-RSA ClientAuth-NoFallback-ECDSA ClientAuth-SignatureType
    ClientAuth-*-Client ClientAuth-*-Server ClientAuth-Server ClientHelloVersionTooHigh ConflictingVersionNegotiation*
    CurveID-Resume-Client CurveID-Resume-Server DisableEverything BadECDHECurve BadFinished-Client BadFinished-Server
    EchoTLS13CompatibilitySessionID EmptyCertificateList EmptyECDHEPSKHint EmptySessionID ExpectOmitExtensions
    ExplicitEmptyPSKHint *-FalseStart FallbackSCSV SendFallbackSCSV FilterExtraAlgorithms InvalidCompressionMethod
    MajorVersionTolerance MinorVersionTolerance NoCommonAlgorithms NoCommonCurves NoSharedCipher NoSupportedCurves
    Null-Client-CA-List PartialClientKeyExchangeWithClientHello PartialFinishedWithServerHelloDone
    PartialNewSessionTicketWithServerHelloDone RSA-PSS-Default-* RSAEphemeralKey RSAKeyUsage-Client-WantEncipherment-*
    Resume-Client-CipherMismatch Resume-Server-CipherNotPreferred Resume-Server-DeclineBadCipher
    Resume-Server-DeclineBadCipher-2
    Resume-Server-DeclineCrossVersion Resume-Server-UnofferedCipher SendClientVersion-RSA SendSNIWarningAlert
    SendWarningAlerts-Pass SendWarningAlerts-TooMany* ServerAuth-Enforced ServerAuth-SHA1-* ServerAuth-SignatureType
    ServerCipherFilter-* ServerHelloBogusCipher ServerSkipCertificateVerify SessionTicketsDisabled-* ShimTicketRewritable
    Shutdown-Shim Shutdown-Shim-ApplicationData SkipCertificateStatus SkipNewSessionTicket SkipServerKeyExchange
    SupportTicketsWithSessionID Ticket-Forbidden-TLS13 RenegotiationInfo-Forbidden-TLS13 TrailingMessageData-[!T]*
    WrongMessageType-[!T]* UnauthenticatedECDH UnknownCipher UnknownCurve UnknownExtension-Client UnofferedExtension-Client
    UnsupportedCipherSuite UnsupportedCurve Verify-ClientAuth-SignatureType Verify-ServerAuth-SignatureType
"""

RULES = {
    "DTLS": "*DTLS* *QUIC* SendSplitAlert-* StrayChangeCipherSpec",
    "TLS 1.2 and below, or a step down to it": OLDER,
    "ML-KEM and ML-DSA": """*MLKEM* *ML-DSA* CurveTest-Server-EqualPreference-* PostQuantumEnabledByDefault*
        CustomKeyShares-All-* CustomKeyShares-Multiple* CustomKeyShares-NotMostPreferred-* CustomKeyShares-PeerSelectedLater*
        KeyShareWithServerHint-*""",
    "Encrypted ClientHello": "*ECH*",
    "raw public keys (RFC 7250)": "*RPK* *RawPublicKey* *CertificateType-*",
    "certificate compression (RFC 8879)": "*CertCompression*",
    "BoringSSL alone, or a draft": """Compliance-* *ChannelID* *DDoS* *OldCallback* PAKE-* ALPS-* AllExtensions-*
        ExtraClientEncryptedExtension-* *TrustAnchor* *HintMismatch* *TicketFlags* *AcrossNames DelegatedCredentials-* *_LEGACY-* *JDK11*
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
