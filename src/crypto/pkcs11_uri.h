// SPDX-License-Identifier: Apache-2.0
//
// PKCS#11 URIs (RFC 7512): taken apart, checked as far as every PKCS#11 module would, and shown to people without what is
// secret in them. Not here: what is done with one (crypto/openssl/stored_key.cpp).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "keyway/result.h"
#include "keyway/secret.h"

namespace keyway::crypto {

struct Pkcs11Attribute {
  std::string_view name;
  std::string_view value;  ///< percent-encoded
};

/// Views into the text that was parsed.
class Pkcs11Uri {
 public:
  /// Whether a text is meant to be one, by its scheme.
  static bool is_meant_by(std::string_view text) noexcept;
  /// Unknown attributes of the query are left out. Error invalid_option, with reason and mend, and the URI without its PIN as the
  /// value.
  static Result<Pkcs11Uri> parse(std::string_view text);

  /// Of the path, or of the query.
  std::optional<std::string_view> find(std::string_view name) const noexcept;
  /// The attributes of the path; they choose token and key.
  const std::vector<Pkcs11Attribute>& path() const noexcept { return path_; }
  /// The path again as a URI: of all attributes, or of those alone that choose the token.
  std::string key_uri() const;
  std::string token_uri() const;

 private:
  std::vector<Pkcs11Attribute> path_;
  std::vector<Pkcs11Attribute> query_;
};

/// What may be shown of a text that a user gave as the name of a key: a PKCS#11 URI loses its query and everything that
/// cannot be told from a PIN; other texts are left alone.
std::string without_pin(std::string_view name_of_key);

/// Nothing for wrong encodings.
std::optional<SecretBytes> percent_decoded(std::string_view);
std::string percent_encoded(ByteView);

}  // namespace keyway::crypto
