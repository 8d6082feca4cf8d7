// SPDX-License-Identifier: Apache-2.0
//
// Certificate, CertificateVerify and Finished for both roles (RFC 8446 4.4).
#include "handshake/tls13/authentication.h"

#include <algorithm>
#include <array>
#include <memory_resource>

#include "base/ct.h"
#include "handshake/tls13/certificate_compression.h"
#include "names/signature_scheme.h"
#include "schedule/finished.h"
#include "session/shared_bytes.h"

namespace keyway::handshake::tls13 {

namespace {

/// RFC 8446 4.4.3: 64 spaces, the context string, a zero byte, the transcript hash.
class SignedContent {
 public:
  SignedContent(Role signer, const schedule::TranscriptHash& transcript) {
    constexpr std::string_view server = "TLS 1.3, server CertificateVerify";
    constexpr std::string_view client = "TLS 1.3, client CertificateVerify";
    static_assert(server.size() == context_size && client.size() == context_size);
    //= rfc8446#4.4.3-2
    auto end = std::fill_n(bytes_.begin(), 64, std::byte{0x20});
    end = std::ranges::copy(as_bytes(signer == Role::server ? server : client), end).out;
    *end++ = std::byte{0};
    end = std::ranges::copy(transcript.view(), end).out;
    size_ = static_cast<std::size_t>(end - bytes_.begin());
  }
  ByteView view() const noexcept { return {bytes_.data(), size_}; }

 private:
  static constexpr std::size_t context_size = 33;
  std::array<std::byte, 64 + context_size + 1 + crypto::max_digest_size> bytes_;
  std::size_t size_;
};

/// RFC 8446 4.2.3: a scheme names the kind of key, for ECDSA the curve too; PKCS#1 and SHA-1 are not for handshakes.
bool scheme_fits(SignatureScheme scheme, const crypto::PublicKey& key) {
  const SignatureSchemeInfo* row = find_signature_scheme(scheme);
  //= rfc8446#4.2.3-3, 4.4.3-7
  if (row == nullptr || !row->in_handshake) return false;
  switch (row->key) {
    //= rfc8446#4.2.3-6
    case SignatureKey::rsa: return key.type() == crypto::KeyType::rsa;
    case SignatureKey::rsa_pss: return key.type() == crypto::KeyType::rsa_pss;
    case SignatureKey::ed25519: return key.type() == crypto::KeyType::ed25519;
    case SignatureKey::ed448: return key.type() == crypto::KeyType::ed448;
    //= rfc8446#4.2.3-5
    case SignatureKey::ec: return key.type() == crypto::KeyType::ec && key.curve() == row->curve;
    case SignatureKey::dsa: return false;
  }
  return false;
}

void certificate_entry(wire::Writer& w, ByteView der, const pki::Identity* leaf, const Requested& asked, const Bytes* staple) {
  w.vec24(der);
  w.vec16([&] {
    if (leaf == nullptr) return;
    //= rfc8446#4.2-1, 4.4.2-5
    //= rfc6066#8-1
    if (staple != nullptr) {
      w.u16(static_cast<std::uint16_t>(ExtensionType::status_request));
      w.vec16([&] {
        w.u8(1);  // ocsp, RFC 6066 8
        w.vec24(ByteView(*staple));
      });
    }
    if (asked.signed_certificate_timestamps && !leaf->signed_certificate_timestamps.empty()) {
      w.u16(static_cast<std::uint16_t>(ExtensionType::signed_certificate_timestamp));
      w.vec16(ByteView(leaf->signed_certificate_timestamps));
    }
  });
}

}  // namespace

ByteView signature_content(Role signer, Flow& flow) {
  return flow.keep(SignedContent(signer, flow.transcript().current()).view());
}

void write_certificate(wire::Writer& w, const pki::Identity* identity, const Requested& asked, const Bytes* staple) {
  //= rfc8446#4.4.2-6
  w.vec8(ByteView(asked.context));
  w.vec24([&] {
    if (identity == nullptr) return;
    //= rfc8446#4.4.2-3
    //= rfc7250#4.2-6
    for (std::size_t i = 0; i < identity->chain->size(); ++i)
      certificate_entry(w, identity->chain->der(i), i == 0 ? identity : nullptr, asked, staple);
  });
}

Result<void> send_certificate(const pki::Identity* identity, const Requested& asked, Flow& flow) {
  const auto staple = identity != nullptr && asked.ocsp ? identity->staple(flow.in().now.wall) : nullptr;
  if (identity != nullptr && !asked.compression.empty()) {
    KW_ASSIGN(const bool sent, send_compressed(*identity, asked, staple.get(), flow));
    if (sent) return {};
  }
  return flow.send(HandshakeType::certificate, [&](wire::Writer& w) { write_certificate(w, identity, asked, staple.get()); });
}

Result<void> send_certificate_verify(SignatureScheme scheme, ByteView signature, Flow& flow) {
  flow.facts().info.own_signature_scheme = scheme;
  if (flow.in().role == Role::client) flow.facts().info.client_authenticated = true;
  return flow.send(HandshakeType::certificate_verify, [&](wire::Writer& w) {
    w.u16(static_cast<std::uint16_t>(scheme));
    w.vec16(signature);
  });
}

Result<void> send_finished(const schedule::TrafficSecret& own_base_key, Flow& flow) {
  const auto verify_data = schedule::verify_data(*flow.facts().hash, own_base_key, flow.transcript().current());
  return flow.send(HandshakeType::finished, [&](wire::Writer& w) { w.bytes(verify_data.view()); });
}

Result<void> check_finished(const schedule::TrafficSecret& peer_base_key, const wire::Finished& m, Flow& flow) {
  const auto expected = schedule::verify_data(*flow.facts().hash, peer_base_key, flow.transcript().current());
  // RFC 8446 4.4.4: incorrect contents are decrypt_error, those of another length among them.
  //= rfc8446#4.4.4-1
  if (!ct::equal(m.verify_data, expected.view())) return fail(Errc::finished_mismatch);
  flow.hash_received();
  return {};
}

Result<VerifyPeer> question_about(const wire::Certificate13& m, bool staple_allowed, bool timestamps_allowed, Flow& flow) {
  VerifyPeer question{};
  const Facts& facts = flow.facts();
  const CertificateType type = flow.in().role == Role::client ? facts.server_certificates : facts.client_certificates;
  question.raw_public_key = type == CertificateType::raw_public_key;
  // RFC 8446 4.4.2: there is not more than one.
  //= rfc8446#4.4.2-7
  if (question.raw_public_key && m.entries.size() != 1) return fail(Errc::malformed_raw_public_key);
  std::size_t size = 0;
  std::array<std::byte, 1024> memory;
  std::pmr::monotonic_buffer_resource resource(memory.data(), memory.size());
  std::pmr::vector<ByteView> chain(&resource);
  for (const wire::CertificateEntry& entry : m.entries) {
    size += entry.cert_data.size();
    if (size > flow.in().protocol().max_certificate_list) return fail(Errc::certificate_list_too_long);
    const auto& staple = entry.extensions.get<wire::CertificateStatus>();
    const auto& timestamps = entry.extensions.get<wire::SignedCertificateTimestamps>();
    // RFC 8446 4.4.2: extensions answer those of the ClientHello or CertificateRequest.
    //= rfc8446#4.4.2.1-1
    if ((staple && !staple_allowed) || (timestamps && !timestamps_allowed)) return fail(Errc::unsolicited_extension);
    // RFC 6066 8, RFC 6962 3: both speak of a certificate. Beside a key what was asked for is legal, and says nothing of it.
    const bool described = chain.empty() && !question.raw_public_key;
    if (described && staple) question.ocsp_response = flow.keep(staple->response);
    if (described && timestamps) question.signed_certificate_timestamps = flow.keep(timestamps->list);
    chain.push_back(flow.keep(entry.cert_data));
  }
  question.chain = flow.keep(chain);
  flow.facts().info.ocsp_response = session::share(question.ocsp_response);
  flow.facts().info.signed_certificate_timestamps = session::share(question.signed_certificate_timestamps);
  return question;
}

Result<AuthenticatedPeer> prove_possession(TrustedChain&& chain, const wire::CertificateVerify& m, Role signer, Flow& flow) {
  const auto& accepted = flow.in().common().signature_schemes;
  // RFC 8446 4.4.3: one of the schemes that we offered, and one that is legal here at all.
  //= rfc8446#4.4.3-5
  if (std::ranges::find(accepted, m.algorithm) == accepted.end()) return fail(Errc::wrong_signature_scheme);
  // RFC 8446 4.4.2.2: whoever vouches for the chain, its key must be one for signatures.
  //= rfc8446#4.4.2.2-3
  if (!chain.leaf_may_sign()) return fail(Errc::certificate_wrong_usage);
  const crypto::PublicKey& key = chain.leaf_key();
  const auto algorithm = crypto::algorithm_of(m.algorithm);
  if (!algorithm || !scheme_fits(m.algorithm, key)) return fail(Errc::wrong_signature_scheme);
  const SignedContent content(signer, flow.transcript().current());
  //= rfc8446#4.4.3-6
  if (!key.verify(*algorithm, content.view(), m.signature)) return fail(Errc::wrong_signature);
  return AuthenticatedPeer(std::move(chain), m.algorithm);
}

}  // namespace keyway::handshake::tls13
