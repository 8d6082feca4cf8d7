// SPDX-License-Identifier: Apache-2.0
//
// SSL 3.0's derivations.
#include "schedule/legacy/ssl3.h"

#include <algorithm>
#include <string>

namespace keyway::schedule {

namespace {

constexpr std::byte pad_1{0x36};
constexpr std::byte pad_2{0x5c};

/// RFC 6101 5.6.8: the pads fill the first block behind a 48-byte secret: 48 bytes for MD5, 40 for SHA-1.
std::size_t pad_size(const crypto::HashMethods& hash) noexcept { return hash.algorithm == HashAlgorithm::md5 ? 48 : 40; }

/// RFC 6101 6.1, 6.2.2: MD5(secret + SHA('A' + secret + randoms)), then with "BB", "CCC" and so on.
void expand(const Ssl3Hashes& hashes, ByteView secret, ByteView first_random, ByteView second_random, MutableBytes out) {
  Secret<20> inner;
  Secret<16> block;
  for (unsigned round = 1; !out.empty(); ++round) {
    const std::string letters(round, static_cast<char>('A' + round - 1));
    crypto::HashState sha1(hashes.sha1);
    for (const ByteView piece : {as_bytes(letters), secret, first_random, second_random}) sha1.update(piece);
    sha1.finish(inner.fill(20).data());
    crypto::HashState md5(hashes.md5);
    md5.update(secret);
    md5.update(inner.expose());
    md5.finish(block.fill(16).data());
    const ByteView piece = block.expose().first(std::min<std::size_t>(out.size(), 16));
    std::ranges::copy(piece, out.begin());
    out = out.subspan(piece.size());
  }
}

/// hash(master + pad_2 + hash(messages + sender + master + pad_1)), written at `out`.
void keyed_hash(const crypto::HashMethods& hash, ByteView master, ByteView messages, std::string_view sender, std::byte* out) {
  std::array<std::byte, 48> pad;
  Secret<20> inner;
  pad.fill(pad_1);
  crypto::HashState state(&hash);
  for (const ByteView piece : {messages, as_bytes(sender), master, ByteView(pad).first(pad_size(hash))}) state.update(piece);
  state.finish(inner.fill(hash.digest_size).data());
  pad.fill(pad_2);
  state = crypto::HashState(&hash);
  for (const ByteView piece : {master, ByteView(pad).first(pad_size(hash)), inner.expose()}) state.update(piece);
  state.finish(out);
}

VerifyData both(const Ssl3Hashes& hashes, const MasterSecret12& master, ByteView messages, std::string_view sender) {
  VerifyData data;
  data.size = hashes.md5->digest_size + hashes.sha1->digest_size;
  keyed_hash(*hashes.md5, master.value.expose(), messages, sender, data.bytes.data());
  keyed_hash(*hashes.sha1, master.value.expose(), messages, sender, data.bytes.data() + hashes.md5->digest_size);
  return data;
}

}  // namespace

MasterSecret12 ssl3_master_secret(const Ssl3Hashes& hashes, ByteView premaster, ByteView client_random, ByteView server_random) {
  MasterSecret12 master;
  expand(hashes, premaster, client_random, server_random, master.value.fill(master_secret_size));
  return master;
}

KeyBlock12 ssl3_key_block(const Ssl3Hashes& hashes, const MasterSecret12& master, ByteView client_random, ByteView server_random,
                          const KeySizes& sizes) {
  Secret<max_key_block> block;
  expand(hashes, master.value.expose(), server_random, client_random, block.fill(sizes.block()));
  return cut_key_block(block.expose(), sizes);
}

VerifyData ssl3_verify_data(const Ssl3Hashes& hashes, const MasterSecret12& master, Role sender, ByteView messages) {
  return both(hashes, master, messages, sender == Role::client ? "CLNT" : "SRVR");
}

VerifyData ssl3_certificate_verify(const Ssl3Hashes& hashes, const MasterSecret12& master, ByteView messages) {
  return both(hashes, master, messages, {});
}

}  // namespace keyway::schedule
