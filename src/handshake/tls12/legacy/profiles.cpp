// SPDX-License-Identifier: Apache-2.0
//
// Rows of versions before TLS 1.2.
#include "handshake/tls12/legacy/profiles.h"

#include "handshake/tls12/legacy/ssl3.h"

namespace keyway::handshake::tls12 {

namespace {

using enum ProtocolVersion;
using wire::SignatureForm;

// RFC 4346 5, 7.4.3 and 7.4.9: both hashes at once, and no message names an algorithm. RFC 4346 1.1: TLS 1.0 chains.
// clang-format off
constexpr std::array profiles{
    Profile{tls1_1, SignatureForm::bare, CbcIv::in_record, HashAlgorithm::md5_sha1},
    Profile{tls1_0, SignatureForm::bare, CbcIv::chained,   HashAlgorithm::md5_sha1},
    Profile{ssl3,   SignatureForm::bare, CbcIv::chained,   HashAlgorithm::md5_sha1, MacForm::ssl3, &ssl3_derivation},
};
// clang-format on

}  // namespace

std::span<const Profile> legacy_profiles() noexcept { return profiles; }

}  // namespace keyway::handshake::tls12
