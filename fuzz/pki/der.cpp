// SPDX-License-Identifier: Apache-2.0
//
// Elements of DER, however deep: views lie in the input, one value has one encoding, and primitive types are refused or give
// what can be written again.
#include "pki/der.h"

#include "hollow_provider.h"
#include "pki/der_writer.h"

namespace {

using namespace keyway;
namespace der = pki::der;
namespace tag = pki::der::tag;

bool same(ByteView a, ByteView b) { return as_text(a) == as_text(b); }

void read_numbers(const der::Element& element) {
  const bool form = der::integer(element.content).has_value();
  const auto magnitude = der::unsigned_integer(element.content);
  fuzz::require(!magnitude || form);
  if (magnitude) fuzz::require(same(der::write_positive_integer(*magnitude), der::write(tag::integer, element.content)));
  if (const auto small = der::small_integer(element.content)) {
    fuzz::require(magnitude && *small <= 0x7fffffffu);
    fuzz::require(same(der::write_integer(*small), der::write(tag::integer, element.content)));
  }
  if (const auto truth = der::boolean(element.content))
    fuzz::require(same(der::write_boolean(*truth), der::write(tag::boolean, element.content)));
}

void read_strings(const der::Element& element) {
  if (const auto bits = der::bit_string(element.content)) {
    fuzz::require(bits->unused < 8 && bits->octets.size() + 1 == element.content.size());
    for (std::size_t i = 0; i < bits->unused; ++i) fuzz::require(!bits->bit(8 * bits->octets.size() - 1 - i));
    fuzz::require(!bits->bit(8 * bits->octets.size()));
    const auto octets = der::octets_of_bit_string(element.content);
    fuzz::require(octets.has_value() == (bits->unused == 0));
    if (octets) fuzz::require(same(der::write_bit_string(*octets), der::write(tag::bit_string, element.content)));
  }
  if (!der::check_oid(element.content)) return fuzz::require(der::oid_text(element.content) == "?");
  const std::string dotted = der::oid_text(element.content);
  // Text is for people: arcs that no integer of ours holds are not told.
  if (const auto written = der::write_oid(dotted))
    fuzz::require(same(*written, der::write(tag::object_identifier, element.content)));
}

void read_time(const der::Element& element) {
  const auto instant = der::time(element);
  if (!instant) return;
  fuzz::require(element.tag == tag::utc_time || element.tag == tag::generalized_time);
  const WallTime wall = der::wall_time(*instant);
  if (std::chrono::floor<std::chrono::seconds>(wall) != *instant) return;  // beyond what the clock holds
  const Bytes written = der::write_time(wall);
  const auto again = der::single(written, static_cast<std::uint8_t>(written[0]));
  fuzz::require(again && der::time(*again) && *der::time(*again) == *instant);
}

void walk(ByteView bytes, unsigned depth) {
  der::Reader reader(bytes);
  while (!reader.empty()) {
    const ByteView before = reader.rest();
    const auto element = reader.next();
    if (!element) return fuzz::require(element.error().code() == Errc::malformed_der);
    fuzz::require(element->whole.data() == before.data() && element->whole.size() >= 2);
    fuzz::require(element->whole.size() + reader.rest().size() == before.size());
    fuzz::require(element->content.data() + element->content.size() == element->whole.data() + element->whole.size());
    fuzz::require(same(der::write(element->tag, element->content), element->whole));
    fuzz::require(der::single(element->whole, element->tag).has_value());
    read_numbers(*element);
    read_strings(*element);
    read_time(*element);
    const bool constructed = (element->tag & 0x20) != 0;
    if (depth != 0 && (constructed || element->tag == tag::octet_string)) walk(element->content, depth - 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  walk(std::as_bytes(std::span(data, size)), 16);
  return 0;
}
