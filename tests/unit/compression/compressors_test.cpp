// SPDX-License-Identifier: Apache-2.0
//
// zlib, brotli and zstd in the hands of strangers: nothing but a whole form of just the right size is taken.
#include "keyway/compressors.h"

#include <gtest/gtest.h>

#include "compression/brotli_memory.h"

namespace keyway {
namespace {

/// Compressible, as certificates are.
Bytes message_of(std::size_t size) {
  Bytes message(size);
  for (std::size_t i = 0; i < size; ++i) message[i] = static_cast<std::byte>(i % 61 ^ i / 500);
  return message;
}

class Compressors : public testing::TestWithParam<std::size_t> {
 protected:
  std::shared_ptr<const CertificateCompressor> compressor_ = all_compressors()[GetParam()];

  Errc refusal(ByteView compressed, std::size_t size) const {
    Bytes room(size + 64, std::byte{0xee});
    const auto done = compressor_->decompress(compressed, MutableBytes(room).first(size));
    EXPECT_EQ(Bytes(room.begin() + static_cast<std::ptrdiff_t>(size), room.end()), Bytes(64, std::byte{0xee}))
        << "beyond its room";
    EXPECT_FALSE(done);
    return done ? Errc{} : done.error().code();
  }
};
constexpr const char* names[] = {"brotli", "zstd", "zlib"};
INSTANTIATE_TEST_SUITE_P(All, Compressors, testing::Values(0, 1, 2), [](const auto& index) { return names[index.param]; });

//= rfc8879#4-5, 5-4
TEST_P(Compressors, GiveBackWhatWasCompressed) {
  using enum CertificateCompression;
  static constexpr CertificateCompression algorithms[] = {brotli, zstd, zlib};
  EXPECT_EQ(compressor_->algorithm(), algorithms[GetParam()]);
  for (const std::size_t size : {1u, 7u, 1000u, 5000u, 100000u}) {
    const Bytes message = message_of(size);
    const auto compressed = compressor_->compress(message);
    ASSERT_TRUE(compressed);
    EXPECT_TRUE(size < 1000 || compressed->size() < size) << size;
    Bytes back(size);
    ASSERT_TRUE(compressor_->decompress(*compressed, back));
    EXPECT_EQ(back, message);
  }
}

//= rfc8879#4-2, 4-4, 5-2
TEST_P(Compressors, TakeNothingButTheWholeOfTheRightSize) {
  const Bytes message = message_of(3000);
  const Bytes compressed = compressor_->compress(message).value();
  EXPECT_EQ(refusal(compressed, 2999), Errc::decompression_failed);
  EXPECT_EQ(refusal(compressed, 3001), Errc::decompression_failed);
  EXPECT_EQ(refusal(compressed, 0), Errc::decompression_failed);
  for (std::size_t size = 0; size < compressed.size(); size += 13)
    EXPECT_EQ(refusal(ByteView(compressed).first(size), 3000), Errc::decompression_failed) << size;
  Bytes more = compressed;
  more.push_back(std::byte{0});
  EXPECT_EQ(refusal(more, 3000), Errc::decompression_failed);
  Bytes twice = compressed;
  twice.insert(twice.end(), compressed.begin(), compressed.end());
  EXPECT_EQ(refusal(twice, 6000), Errc::decompression_failed) << "two of them one behind the other";
  EXPECT_EQ(refusal(message, 3000), Errc::decompression_failed) << "what is not compressed at all";
}

//= rfc8879#5-2
TEST_P(Compressors, StopBombsAtTheEndOfTheirRoom) {
  const Bytes bomb = compressor_->compress(Bytes(1 << 20)).value();
  ASSERT_LT(bomb.size(), 20000u);
  EXPECT_EQ(refusal(bomb, 100), Errc::decompression_failed);
  EXPECT_EQ(refusal(bomb, 262144), Errc::decompression_failed);
}

// The window that a stream asks for is not made, nor filled, for a message that needs none of it.
//= rfc8879#5-2
TEST(Brotli, TakesMemoryByTheSizeOfTheMessage) {
  // 16 MiB of zeros in a window of 16 MiB.
  constexpr unsigned char bytes[] = {0x9f, 0xff, 0xff, 0xff, 0x00, 0x24, 0x00, 0xe2, 0xb1, 0x40, 0x72, 0xef, 0xff, 0x01};
  const ByteView bomb = std::as_bytes(std::span(bytes));
  for (const std::size_t size : {0u, 100u, 4096u, 262144u}) {
    compression::DecoderMemory memory(size);
    EXPECT_LE(memory.limit(), 128 * 1024 + 7 * size + 2048);
    Bytes room(size);
    const auto done = compression::decompress_brotli(bomb, room, memory);
    ASSERT_FALSE(done) << size;
    EXPECT_EQ(done.error().code(), Errc::decompression_failed);
    EXPECT_GT(memory.peak(), 0u);
    EXPECT_LE(memory.peak(), memory.limit());
    EXPECT_EQ(room, Bytes(size)) << "nothing was decompressed for it";
  }
  // One that fits is none, whatever its window.
  Bytes all(16u << 20, std::byte{1});
  compression::DecoderMemory memory(all.size());
  ASSERT_TRUE(compression::decompress_brotli(bomb, all, memory));
  EXPECT_EQ(all, Bytes(all.size()));
  EXPECT_GT(memory.peak(), all.size());
}

TEST_P(Compressors, AnyBytesAreTakenOrRefused) {
  const Bytes compressed = compressor_->compress(message_of(500)).value();
  for (std::size_t at = 0; at < compressed.size(); ++at) {
    Bytes changed = compressed;
    changed[at] ^= std::byte{0x41};
    Bytes room(500);
    const auto done = compressor_->decompress(changed, room);
    EXPECT_TRUE(done || done.error().code() == Errc::decompression_failed) << at;
  }
}

}  // namespace
}  // namespace keyway
