// SPDX-License-Identifier: Apache-2.0
//
// Building stores: parsing, sorting by subject, the fingerprint; the system's store, kept once it was read.
#include "pki/trust_store.h"

#include <algorithm>
#include <mutex>

#include "pki/der.h"
#include "pki/file_stamp.h"
#include "pki/pem.h"
#include "pki/pem_file.h"
#include "pki/time_text.h"

namespace keyway::pki {

namespace {

using Anchors = std::vector<std::shared_ptr<const Anchor>>;

std::string reason_of(const Error& error) {
  if (error.detail() != nullptr && !error.detail()->reason.empty()) return error.detail()->reason;
  return std::string(description(error.code()));
}

/// Keeps the first of equal certificates.
void add_unless_there(Anchors& anchors, std::shared_ptr<const Anchor> anchor) {
  const bool there =
      std::ranges::any_of(anchors, [&](const auto& other) { return as_text(other->der()) == as_text(anchor->der()); });
  if (!there) anchors.push_back(std::move(anchor));
}

Anchors parse_all(std::span<const ByteView> certificates, const TrustStore::Provider& provider,
                  std::vector<std::string>& warnings) {
  Anchors anchors;
  anchors.reserve(certificates.size());
  for (std::size_t i = 0; i < certificates.size(); ++i) {
    auto anchor = std::make_shared<Anchor>(to_bytes(certificates[i]), provider);
    if (const auto parsed = anchor->parse(); !parsed) {
      warnings.push_back("trust anchor " + std::to_string(i + 1) + " is left out: " + reason_of(parsed.error()));
      continue;
    }
    add_unless_there(anchors, std::move(anchor));
  }
  return anchors;
}

Bytes digest_of(const crypto::Provider& provider, std::span<const ByteView> pieces) {
  crypto::HashState state(provider.hash(HashAlgorithm::sha256));
  for (const ByteView piece : pieces) state.update(piece);
  Bytes digest(state.digest_size());
  state.finish(digest.data());
  return digest;
}

}  // namespace

Anchor::~Anchor() { std::unique_ptr<const crypto::PublicKey>(key_.load()); }

Result<void> Anchor::parse() {
  KW_ASSIGN(parsed_, parse_certificate(der_));
  return {};
}

const crypto::PublicKey* Anchor::key() const {
  if (const crypto::PublicKey* known = key_.load(std::memory_order_acquire)) return known;
  const auto parts = public_key_parts(parsed_.key_algorithm, parsed_.key_bits);
  if (!parts) return nullptr;
  auto imported = provider_->public_key(*parts);
  if (!imported) return nullptr;
  // Two threads may import at once; the first to store wins and the other's copy is dropped.
  const crypto::PublicKey* expected = nullptr;
  if (!key_.compare_exchange_strong(expected, imported->get(), std::memory_order_acq_rel)) return expected;
  return imported->release();
}

TrustStore::TrustStore(Key, std::vector<std::shared_ptr<const Anchor>> anchors, const crypto::Provider& provider)
    : anchors_(std::move(anchors)) {
  std::vector<Bytes> digests;
  for (std::uint32_t i = 0; i < anchors_.size(); ++i) {
    by_subject_.push_back({name_hash(anchors_[i]->certificate().subject), i});
    const ByteView der = anchors_[i]->der();
    digests.push_back(digest_of(provider, {&der, 1}));
  }
  std::ranges::sort(by_subject_, {}, [](const Entry& entry) { return std::pair(entry.subject_hash, entry.index); });
  std::ranges::sort(digests);
  const std::vector<ByteView> pieces(digests.begin(), digests.end());
  fingerprint_ = digest_of(provider, pieces);
}

Result<TrustStore::Ptr> TrustStore::from_der(std::span<const ByteView> certificates, const Provider& provider,
                                             std::vector<std::string>& warnings) {
  const std::size_t first_warning = warnings.size();
  Anchors anchors = parse_all(certificates, provider, warnings);
  if (anchors.empty()) {
    const std::string reason = warnings.size() > first_warning ? warnings[first_warning] : "there is no certificate in it";
    return fail(Errc::malformed_certificate, {.mend = "give certificates of trusted authorities", .reason = reason});
  }
  return std::make_shared<const TrustStore>(Key{}, std::move(anchors), *provider);
}

Result<TrustStore::Ptr> TrustStore::from_pem(std::string_view text, const Provider& provider,
                                             std::vector<std::string>& warnings) {
  KW_ASSIGN(const std::vector<Bytes> blocks, pem_certificates(text));
  const std::vector<ByteView> views(blocks.begin(), blocks.end());
  if (views.empty()) {
    return fail(Errc::malformed_pem, {.mend = "name a PEM file with the certificates of trusted authorities",
                                      .reason = "there is no certificate in it"});
  }
  return from_der(views, provider, warnings);
}

Result<TrustStore::Ptr> TrustStore::from_pem_file(const std::string& path, const Provider& provider,
                                                  std::vector<std::string>& warnings) {
  KW_ASSIGN(const std::vector<Bytes> certificates, read_certificates(path));
  const std::vector<ByteView> views(certificates.begin(), certificates.end());
  auto store = from_der(views, provider, warnings);
  if (store) return store;
  ErrorDetail detail = store.error().detail() != nullptr ? *store.error().detail() : ErrorDetail{};
  detail.path = path;
  return fail(store.error().code(), std::move(detail));
}

TrustStore::Ptr TrustStore::merge(std::span<const Ptr> stores, const Provider& provider) {
  Anchors anchors;
  for (const Ptr& store : stores) {
    for (const auto& anchor : store->anchors_) add_unless_there(anchors, anchor);
  }
  return std::make_shared<const TrustStore>(Key{}, std::move(anchors), *provider);
}

Result<TrustStore::Ptr> TrustStore::system(const Provider& provider) {
  struct Kept {
    std::mutex mutex;
    Ptr store;
    Provider provider;
    FileStamp stamp;
  };
  static Kept kept;
  const std::lock_guard lock(kept.mutex);
  const FileStamp stamp = stamp_of(std::string(system_path));
  if (kept.store && kept.provider == provider && kept.stamp.same_as(stamp)) return kept.store;
  std::vector<std::string> left_out;
  auto store = from_pem_file(stamp.path, provider, left_out);
  if (!store) {
    ErrorDetail detail = store.error().detail() != nullptr ? *store.error().detail() : ErrorDetail{};
    detail.path = std::string(system_path);
    detail.mend = "install the package ca-certificates, or name anchors of your own";
    return fail(Errc::file_unreadable, std::move(detail));
  }
  kept.store = *store;
  kept.provider = provider;
  kept.stamp = stamp;
  return store;
}

std::vector<std::string> TrustStore::warnings(WallTime now) const {
  std::vector<std::string> texts;
  for (const auto& anchor : anchors_) {
    const ParsedCertificate& certificate = anchor->certificate();
    if (der::wall_time(der::Seconds(std::chrono::seconds(certificate.not_after))) >= now) continue;
    texts.push_back("the trust anchor " + name_text(certificate.subject) + " expired on " + date_text(certificate.not_after) +
                    " and is skipped");
  }
  return texts;
}

std::vector<ByteView> TrustStore::subject_names() const {
  std::vector<ByteView> names;
  names.reserve(anchors_.size());
  for (const auto& anchor : anchors_) names.push_back(anchor->certificate().subject);
  return names;
}

std::span<const TrustStore::Entry> TrustStore::candidates(ByteView name) const {
  const auto range = std::ranges::equal_range(by_subject_, name_hash(name), {}, &Entry::subject_hash);
  return {range.begin(), range.end()};
}

}  // namespace keyway::pki
