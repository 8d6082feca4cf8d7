#!/usr/bin/env escript
%% SPDX-License-Identifier: Apache-2.0
%%
%% The peer made of Erlang's ssl application, TLS 1.0 to 1.2: takes the same lines as interop_endpoint does with `cases`.
%% One node serves all of them: starting a node takes longer than a hundred handshakes.
-mode(compile).

main(["suites" | Versions]) ->
    Version = list_to_atom(hd(Versions ++ ["tlsv1.2"])),
    Suites = [ssl:cipher_suites(Set, Version) || Set <- [all, anonymous]],
    [io:put_chars([ssl:suite_to_str(Suite), "\n"]) || Suite <- lists:append(Suites)];
main([Demo]) ->
    {ok, _} = application:ensure_all_started(ssl),
    ok = logger:set_primary_config(level, none),
    read(Demo).

read(Demo) ->
    case io:get_line("") of
        eof ->
            halt(0, [{flush, false}]);
        Line ->
            Words = string:split(string:trim(Line, trailing, "\n"), "\t", all),
            spawn(fun() -> watch(Words, Demo) end),
            read(Demo)
    end.

watch([_, Name | _] = Words, Demo) ->
    try
        run(Words, Demo)
    catch
        Class:Reason:Trace -> say(Name, "failed ~p ~0p ~0P", [Class, Reason, Trace, 12])
    end.

run(["server", Name | Words], Demo) ->
    Wishes = wishes(Words),
    {ok, Listener} = ssl:listen(0, [{ip, {127, 0, 0, 1}}, {reuseaddr, true} | server_options(Wishes, Demo)]),
    {ok, {_, Port}} = ssl:sockname(Listener),
    say(Name, "listening ~p", [Port]),
    accept(Name, Listener, Wishes);
run(["client", Name, Port | Words], Demo) ->
    Wishes = wishes(Words),
    meet(Name, list_to_integer(Port), Wishes, client_options(Wishes, Demo), maps:get("times", Wishes, 1)).

wishes(Words) -> maps:from_list([wish(string:split(Word, "=")) || Word <- Words]).

wish([Name]) -> {Name, true};
wish([Name, Value]) when Name =:= "times"; Name =:= "size" -> {Name, list_to_integer(Value)};
wish(["version", Value]) -> {"version", list_to_atom(Value)};
wish([Name, Value]) -> {Name, Value}.

say(Name, Format, Arguments) -> io:put_chars([Name, " ", io_lib:format(Format, Arguments), "\n"]).

%% ---- options

options(Wishes, Demo) ->
    #{"version" := Version, "suite" := Suite} = Wishes,
    [{versions, [Version]}, {ciphers, [ssl:str_to_suite(Suite)]}, {active, true}, {nodelay, true}, binary | identity(Wishes, Demo)] ++ secrets(Wishes).

identity(#{"identity" := Name}, Demo) ->
    [{certfile, filename:join(Demo, Name ++ ".pem")}, {keyfile, filename:join(Demo, Name ++ ".key")}];
identity(_, _) ->
    [].

secrets(#{"psk" := Text}) ->
    [Identity, Hex] = string:split(Text, "="),
    Key = binary:decode_hex(list_to_binary(Hex)),
    Known = list_to_binary(Identity),
    [{psk_identity, Identity}, {user_lookup_fun, {fun(psk, Asked, _) -> psk(Asked, Known, Key) end, none}}];
secrets(#{"srp" := Text}) ->
    [User, Password] = string:split(Text, "="),
    Salt = binary:copy(<<16#51>>, 20),
    Derived = crypto:hash(sha, [Salt, crypto:hash(sha, [User, ":", Password])]),
    [{srp_identity, {User, Password}}, {user_lookup_fun, {fun(srp, _, _) -> {ok, {srp_2048, Salt, Derived}} end, none}}];
secrets(_) ->
    [].

%% A client is asked with the server's hint, or without anything.
psk(Known, Known, Key) -> {ok, Key};
psk(_, _, Key) -> {ok, Key}.

server_options(Wishes, Demo) ->
    Asking = [{verify, verify_peer}, {fail_if_no_peer_cert, true}, {cacertfile, filename:join(Demo, "ca.pem")}],
    Unwanted = [srp_identity, psk_identity],
    [Option || Option <- options(Wishes, Demo), not lists:member(element(1, ensure_pair(Option)), Unwanted)] ++
        [Option || maps:is_key("ask", Wishes), Option <- Asking] ++
        [{client_renegotiation, maps:is_key("renegotiable", Wishes)}].

ensure_pair(Option) when is_tuple(Option) -> Option;
ensure_pair(Option) -> {Option, true}.

client_options(Wishes, Demo) ->
    Trust = case Wishes of
        #{"anonymous" := true} -> [{verify, verify_none}];
        _ -> [{verify, verify_peer}, {cacertfile, filename:join(Demo, "ca.pem")}]
    end,
    Trust ++ options(Wishes, Demo).

%% ---- data

%% As messages: ssl:recv/3 that is called while a handshake goes on ends the connection with unexpected_message (OTP 25).
next(Socket) ->
    receive
        {ssl, Socket, Data} -> {ok, Data};
        {ssl_closed, Socket} -> {error, closed};
        {ssl_error, Socket, Reason} -> {error, Reason}
    after 20000 -> {error, timeout}
    end.

collect(_, Size, Data) when byte_size(Data) >= Size ->
    {ok, Data};
collect(Socket, Size, Data) ->
    case next(Socket) of
        {ok, More} -> collect(Socket, Size, <<Data/binary, More/binary>>);
        {error, Reason} -> {error, Reason, Data}
    end.

%% ---- servers

accept(Name, Listener, Wishes) ->
    {ok, Transport} = ssl:transport_accept(Listener),
    case ssl:handshake(Transport, 20000) of
        {ok, Socket} ->
            describe(Name, Socket),
            echo(Name, Socket, maps:is_key("renegotiate", Wishes));
        {error, Reason} ->
            say(Name, "failed handshake ~0p", [Reason])
    end,
    accept(Name, Listener, Wishes).

echo(Name, Socket, Renegotiate) ->
    case next(Socket) of
        {ok, Data} ->
            ok = ssl:send(Socket, Data),
            Renegotiate andalso renegotiate(Name, Socket),
            echo(Name, Socket, false);
        {error, Reason} ->
            Reason =:= closed orelse say(Name, "failed read ~0p", [Reason]),
            ssl:close(Socket),
            say(Name, "closed", [])
    end.

renegotiate(Name, Socket) ->
    case ssl:renegotiate(Socket) of
        ok -> true;
        {error, Reason} -> say(Name, "failed renegotiate ~0p", [Reason]), false
    end.

describe(Name, Socket) ->
    {ok, Info} = ssl:connection_information(Socket, [selected_cipher_suite, protocol, session_resumption]),
    #{selected_cipher_suite := Suite, protocol := Version, session_resumption := Resumed} = maps:from_list(Info),
    say(Name, "handshake suite=~s version=~s resumed=~s", [ssl:suite_to_str(Suite), Version, Resumed]).

%% ---- clients

meet(Name, _, _, _, 0) ->
    say(Name, "done", []);
meet(Name, Port, Wishes, Options, Left) ->
    case ssl:connect("localhost", Port, Options, 20000) of  % it keeps sessions under the name that it verified
        {ok, Socket} ->
            describe(Name, Socket),
            converse(Name, Socket, Wishes) andalso
                begin
                    ssl:close(Socket),
                    meet(Name, Port, Wishes, Options, Left - 1)
                end;
        {error, Reason} ->
            say(Name, "failed handshake ~0p", [Reason])
    end.

converse(Name, Socket, Wishes) ->
    Size = maps:get("size", Wishes, 0),
    exchange(Name, Socket, <<"hello\n">>) andalso
        (not maps:is_key("renegotiate", Wishes) orelse renegotiate(Name, Socket)) andalso
        (Size =:= 0 orelse exchange(Name, Socket, <<<<(($a + I rem 26)):8>> || I <- lists:seq(1, Size)>>)) andalso
        %% What one end begins while the other sends is over by the time of the next answer.
        (not (maps:is_key("renegotiate", Wishes) orelse maps:is_key("renegotiable", Wishes)) orelse exchange(Name, Socket, <<"goodbye\n">>)).

exchange(Name, Socket, Data) ->
    ok = ssl:send(Socket, Data),
    case collect(Socket, byte_size(Data), <<>>) of
        {ok, Data} -> true;
        Other -> say(Name, "failed: another answer ~0P", [Other, 8]), false
    end.
