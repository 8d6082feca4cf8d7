// SPDX-License-Identifier: Apache-2.0
//
// One message of each algorithm, a bomb of each, and one that is cut off.
#include <cstdio>
#include <fstream>
#include <string>

#include "base/byte_buffer.h"
#include "keyway/compressors.h"
#include "wire/messages/compressed_certificate.h"

namespace {

void save(const std::string& path, const keyway::wire::CompressedFields& fields) {
  keyway::ByteBuffer buffer;
  keyway::wire::Writer writer(buffer);
  fields.encode(writer);
  const keyway::ByteView bytes = buffer.view();
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace

int main(int argc, char** argv) {
  using namespace keyway;
  if (argc != 2) return 1;
  const std::string folder = std::string(argv[1]) + "/";
  // A Certificate with one entry of 200 bytes that are no certificate: decoding goes no further than that.
  Bytes message{std::byte{0}, std::byte{0}, std::byte{0}, std::byte{205}, std::byte{0}, std::byte{0}, std::byte{200}};
  for (unsigned i = 0; i < 200; ++i) message.push_back(static_cast<std::byte>(i % 7 * 31));
  message.resize(message.size() + 2);
  const Bytes zeros(200000);
  for (const auto& compressor : all_compressors()) {
    const std::string name = std::to_string(static_cast<unsigned>(compressor->algorithm()));
    const Bytes good = compressor->compress(message).value();
    const Bytes bomb = compressor->compress(zeros).value();
    const auto length = static_cast<std::uint32_t>(message.size());
    save(folder + "good_" + name, {compressor->algorithm(), length, good});
    save(folder + "short_" + name, {compressor->algorithm(), length - 1, good});
    save(folder + "long_" + name, {compressor->algorithm(), length + 1, good});
    save(folder + "bomb_" + name, {compressor->algorithm(), 100, bomb});
    save(folder + "large_" + name, {compressor->algorithm(), 200000, bomb});
    save(folder + "cut_" + name, {compressor->algorithm(), length, ByteView(good).first(good.size() / 2)});
  }
  return 0;
}
