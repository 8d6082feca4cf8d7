// SPDX-License-Identifier: Apache-2.0
//
// Which extension may appear in which message: the table of RFC 8446 4.2, and its counterparts of TLS 1.2.
// The order is that in which ExtensionSet::encode writes; pre_shared_key is the last of a ClientHello.
#pragma once

#include "wire/extension_set.h"
#include "wire/extensions/alpn.h"
#include "wire/extensions/certificate_authorities.h"
#include "wire/extensions/certificate_type.h"
#include "wire/extensions/compress_certificate.h"
#include "wire/extensions/cookie.h"
#include "wire/extensions/early_data.h"
#include "wire/extensions/ec_point_formats.h"
#include "wire/extensions/encrypt_then_mac.h"
#include "wire/extensions/extended_master_secret.h"
#include "wire/extensions/key_share.h"
#include "wire/extensions/max_fragment_length.h"
#include "wire/extensions/oid_filters.h"
#include "wire/extensions/padding.h"
#include "wire/extensions/post_handshake_auth.h"
#include "wire/extensions/pre_shared_key.h"
#include "wire/extensions/psk_key_exchange_modes.h"
#include "wire/extensions/record_size_limit.h"
#include "wire/extensions/renegotiation_info.h"
#include "wire/extensions/server_name.h"
#include "wire/extensions/session_ticket.h"
#include "wire/extensions/signature_algorithms.h"
#include "wire/extensions/signed_certificate_timestamp.h"
#include "wire/extensions/status_request.h"
#include "wire/extensions/supported_groups.h"
#include "wire/extensions/supported_versions.h"
#include "wire/legacy/next_protocol.h"
#include "wire/legacy/srp.h"

namespace keyway::wire {

using ClientHelloExtensions =
    ExtensionSet<Unknown::ignore, ServerName, MaxFragmentLength, StatusRequest, SupportedGroups, EcPointFormats, SrpUser, Alpn,
                 SctRequest, ClientCertificateTypes, ServerCertificateTypes, Padding, EncryptThenMac, ExtendedMasterSecret,
                 CompressCertificate, RecordSizeLimit, SessionTicketExtension, SignatureAlgorithms, SignatureAlgorithmsCert,
                 RenegotiationInfo, SupportedVersionsClientHello, Cookie, PskKeyExchangeModes, CertificateAuthorities,
                 PostHandshakeAuth, NextProtocolOffer, KeyShareClientHello, EarlyData, PreSharedKeyClientHello>;
using ServerHello13Extensions = ExtensionSet<Unknown::reject, SelectedVersion, KeyShareServerHello, PreSharedKeyServerHello>;
using ServerHello12Extensions =
    ExtensionSet<Unknown::reject, ServerNameAck, MaxFragmentLength, EmptyStatusRequest, SupportedGroups, EcPointFormats, Alpn,
                 SignedCertificateTimestamps, SelectedClientCertificateType, SelectedServerCertificateType, EncryptThenMac,
                 ExtendedMasterSecret, RecordSizeLimit, SessionTicketExtension, NextProtocolList, RenegotiationInfo>;
using HelloRetryRequestExtensions = ExtensionSet<Unknown::reject, SelectedVersion, KeyShareHelloRetryRequest, Cookie>;
//= rfc8446#4.2.9-4
using EncryptedExtensionsList =
    ExtensionSet<Unknown::reject, ServerNameAck, MaxFragmentLength, SupportedGroups, Alpn, SelectedClientCertificateType,
                 SelectedServerCertificateType, RecordSizeLimit, EarlyData>;
using CertificateRequestExtensions =
    ExtensionSet<Unknown::ignore, EmptyStatusRequest, SignatureAlgorithms, SctRequest, CompressCertificate,
                 CertificateAuthorities, OidFilters, SignatureAlgorithmsCert>;
using CertificateEntryExtensions = ExtensionSet<Unknown::reject, CertificateStatus, SignedCertificateTimestamps>;
using NewSessionTicketExtensions = ExtensionSet<Unknown::ignore, EarlyDataTicket>;

}  // namespace keyway::wire
