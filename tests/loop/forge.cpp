// SPDX-License-Identifier: Apache-2.0
//
// Taking flights apart and putting them together again.
#include "loop/forge.h"

#include <stdexcept>

#include "base/hex.h"
#include "names/cipher_suite_table.h"
#include "record/tls_reader.h"
#include "schedule/binder.h"
#include "schedule/traffic_keys.h"

namespace keyway::test {

namespace {

constexpr std::size_t record_header = 5;
constexpr std::size_t message_header = 4;

std::size_t number_at(ByteView bytes, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < size; ++i) value = value << 8 | std::to_integer<std::size_t>(bytes[at + i]);
  return value;
}

void put_number(Bytes& out, std::size_t value, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) out.push_back(static_cast<std::byte>(value >> (8 * (size - 1 - i))));
}

void append(Bytes& out, ByteView bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

template <class T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message());
  return std::move(*result);
}

void must(Result<void> result) {
  if (!result) throw std::runtime_error(result.error().message());
}

/// Where the extensions begin.
std::size_t head_size(const HandshakeMessage& message) {
  std::size_t at = 34;
  at += 1 + number_at(message.body, at, 1);
  if (message.type == HandshakeType::server_hello) return at + 3;
  at += 2 + number_at(message.body, at, 2);
  return at + 1 + number_at(message.body, at, 1);
}

std::vector<Hello::Extension> extensions_in(ByteView block) {
  std::vector<Hello::Extension> extensions;
  for (std::size_t at = 2; at < block.size();) {
    const std::size_t size = number_at(block, at + 2, 2);
    extensions.push_back({static_cast<ExtensionType>(number_at(block, at, 2)), to_bytes(block.subspan(at + 4, size))});
    at += 4 + size;
  }
  return extensions;
}

Bytes block_of(const std::vector<Hello::Extension>& extensions) {
  Bytes list;
  for (const Hello::Extension& extension : extensions) {
    put_number(list, static_cast<std::size_t>(extension.type), 2);
    put_number(list, extension.body.size(), 2);
    append(list, extension.body);
  }
  Bytes block;
  put_number(block, list.size(), 2);
  append(block, list);
  return block;
}

schedule::TrafficKeys keys_of(CipherSuite suite, const schedule::TrafficSecret& secret) {
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(suite_hash(suite));
  return schedule::traffic_keys(hash, secret, crypto::key_size(suite_aead(suite)));
}

}  // namespace

Bytes operator+(Bytes first, ByteView second) {
  append(first, second);
  return first;
}

Bytes hex(std::string_view digits) {
  std::string text(digits);
  std::erase(text, ' ');
  return from_hex(text).value();
}

Bytes encode(const HandshakeMessage& message) {
  Bytes bytes{static_cast<std::byte>(message.type)};
  put_number(bytes, message.body.size(), 3);
  append(bytes, message.body);
  return bytes;
}

Bytes encode(const Messages& messages) {
  Bytes bytes;
  for (const HandshakeMessage& message : messages) append(bytes, encode(message));
  return bytes;
}

Messages messages_of(ByteView bytes) {
  Messages messages;
  while (bytes.size() >= message_header) {
    const std::size_t size = number_at(bytes, 1, 3);
    if (bytes.size() < message_header + size) break;
    messages.push_back({static_cast<HandshakeType>(bytes[0]), to_bytes(bytes.subspan(message_header, size))});
    bytes = bytes.subspan(message_header + size);
  }
  return messages;
}

Bytes plain_record(ContentType type, ByteView content) {
  Bytes record{static_cast<std::byte>(type), std::byte{3}, std::byte{3}};
  put_number(record, content.size(), 2);
  append(record, content);
  return record;
}

Bytes plain_record(const HandshakeMessage& message) { return plain_record(ContentType::handshake, encode(message)); }

std::vector<Bytes> records_of(ByteView wire) {
  std::vector<Bytes> records;
  while (wire.size() >= record_header) {
    const std::size_t size = record_header + number_at(wire, 3, 2);
    records.push_back(to_bytes(wire.first(size)));
    wire = wire.subspan(size);
  }
  return records;
}

Hello Hello::of(const HandshakeMessage& message) {
  const std::size_t head = head_size(message);
  return {message.type, to_bytes(ByteView(message.body).first(head)), extensions_in(ByteView(message.body).subspan(head))};
}

HandshakeMessage Hello::message() const { return {type, head + block_of(extensions)}; }

void Hello::choose(CipherSuite suite) {
  const std::size_t at = 35 + std::to_integer<std::size_t>(head.at(34));
  head.at(at) = static_cast<std::byte>(static_cast<std::uint16_t>(suite) >> 8);
  head.at(at + 1) = static_cast<std::byte>(suite);
}

Bytes& Hello::at(ExtensionType wanted) {
  for (Extension& extension : extensions) {
    if (extension.type == wanted) return extension.body;
  }
  throw std::runtime_error("the hello has no such extension");
}

bool Hello::has(ExtensionType wanted) const {
  return std::ranges::find(extensions, wanted, &Extension::type) != extensions.end();
}

void Hello::remove(ExtensionType unwanted) {
  std::erase_if(extensions, [&](const Extension& extension) { return extension.type == unwanted; });
}

void Hello::set(ExtensionType wanted, Bytes body) {
  for (Extension& extension : extensions) {
    if (extension.type != wanted) continue;
    extension.body = std::move(body);
    return;
  }
  extensions.push_back({wanted, std::move(body)});
}

Hello hello_of(ByteView flight) {
  return Hello::of(messages_of(ByteView(records_of(flight).front()).subspan(record_header)).front());
}

Bytes edit_hello(ByteView flight, const std::function<void(Hello&)>& edit) {
  const std::size_t first = records_of(flight).front().size();
  Hello hello = hello_of(flight);
  edit(hello);
  return plain_record(hello.message()) + flight.subspan(first);
}

Bytes edit_extensions(ByteView block, const std::function<void(std::vector<Hello::Extension>&)>& edit) {
  auto extensions = extensions_in(block);
  edit(extensions);
  return block_of(extensions);
}

KeyLog KeyBook::sink() const {
  return [secrets = secrets_, lines = lines_](std::string_view line) {
    const std::string label(line.substr(0, line.find(' ')));
    (*secrets)[label] = hex(line.substr(line.rfind(' ') + 1));
    lines->emplace_back(line);
  };
}

Forger::Forger(CipherSuite suite, ByteView secret, std::uint64_t first_number) : suite_(suite), secret_{Secret48(secret)} {
  install(first_number);
}

Forger Forger::instead_of(const Connection& connection) {
  Secret48 read;
  Secret48 write;
  must(connection.export_traffic_secrets(read, write));
  return {*connection.info().cipher_suite, write.expose()};
}

void Forger::install(std::uint64_t first_number) {
  const auto keys = keys_of(suite_, secret_);
  must(writer_.install(suite_aead(suite_), keys.key.expose(), keys.iv.expose(), *crypto::default_provider(), first_number));
}

Bytes Forger::seal(ContentType type, ByteView content) {
  OutputQueue queue;
  must(writer_.seal(type, content, queue));
  Bytes bytes;
  for (const ByteView piece : queue.views()) append(bytes, piece);
  return bytes;
}

Bytes Forger::seal(const HandshakeMessage& message) { return seal(ContentType::handshake, encode(message)); }

Forger& Forger::pad_to(std::size_t multiple) {
  writer_.set_padding_multiple(multiple);
  return *this;
}

void Forger::update() {
  secret_ = schedule::next_generation(*crypto::default_provider()->hash(suite_hash(suite_)), secret_);
  install(0);
}

std::vector<OpenedRecord> open_records(CipherSuite suite, ByteView secret, ByteView wire) {
  const auto keys = keys_of(suite, {Secret48(secret)});
  record::TlsReader reader;
  must(reader.install(suite_aead(suite), keys.key.expose(), keys.iv.expose(), *crypto::default_provider()));
  std::vector<OpenedRecord> opened;
  for (Bytes& record : records_of(wire)) {
    if (static_cast<ContentType>(record[0]) != ContentType::application_data) continue;
    std::size_t used = 0;
    const auto outcome = must(reader.open(record, used));
    const auto& whole = std::get<record::Opened>(outcome);
    opened.push_back({whole.type, to_bytes(whole.fragment)});
  }
  return opened;
}

Messages open_messages(CipherSuite suite, ByteView secret, ByteView wire) {
  Bytes together;
  for (const OpenedRecord& record : open_records(suite, secret, wire)) {
    if (record.type == ContentType::handshake) append(together, record.content);
  }
  return messages_of(together);
}

Bytes edit_flight(ByteView flight, CipherSuite suite, ByteView secret, const std::function<void(Messages&)>& edit) {
  Messages messages = open_messages(suite, secret, flight);
  edit(messages);
  Bytes edited;
  for (const Bytes& record : records_of(flight)) {
    if (static_cast<ContentType>(record[0]) != ContentType::application_data) append(edited, record);
  }
  return edited + Forger(suite, secret).seal(ContentType::handshake, encode(messages));
}

HandshakeMessage finished_over(CipherSuite suite, ByteView base_key, ByteView messages) {
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(suite_hash(suite));
  const auto transcript = schedule::Transcript().hash_with(hash, messages);
  return {HandshakeType::finished, to_bytes(schedule::verify_data(hash, {Secret48(base_key)}, transcript).view())};
}

void bind_again(Hello& hello, HashAlgorithm algorithm, ByteView psk, schedule::BinderKind kind) {
  const crypto::HashMethods& hash = *crypto::default_provider()->hash(algorithm);
  const std::size_t size = 2 + 1 + hash.digest_size;
  const Bytes whole = encode(hello.message());
  const auto truncated = schedule::Transcript().hash_with(hash, ByteView(whole).first(whole.size() - size));
  const auto binder = schedule::psk_binder(hash, psk, kind, truncated);
  std::ranges::copy(binder.view(), hello.at(ExtensionType::pre_shared_key).end() - static_cast<std::ptrdiff_t>(hash.digest_size));
}

std::vector<std::shared_ptr<const SessionTicket>> tickets_of(const End& client) {
  std::vector<std::shared_ptr<const SessionTicket>> tickets;
  for (const Progress& event : client.events) {
    if (const auto* received = std::get_if<TicketReceived>(&event)) tickets.push_back(received->ticket);
  }
  return tickets;
}

std::optional<AlertDescription> alert_at(const End& end) {
  if (!end.error || end.error->detail() == nullptr) return std::nullopt;
  return end.error->detail()->received_alert;
}

}  // namespace keyway::test
