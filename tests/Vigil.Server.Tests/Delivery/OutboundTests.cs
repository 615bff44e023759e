using System.Net;
using System.Net.Sockets;
using Vigil.Simulators;
using Vigil.Trust;

namespace Vigil.Server.Tests.Delivery;

public class OutboundTests
{
    private static readonly Dictionary<string, string> NoHeaders = [];

    [Theory]
    [InlineData("https://elsewhere.example.org/", "not_allowed")]
    [InlineData("https://hooks.example.org:8443/", "not_allowed")]
    [InlineData("https://hooks.example.org.evil.example/", "not_allowed")]
    [InlineData("https://hooks.example.org@evil.example/", "bad_url")]
    [InlineData("https://user:word@hooks.example.org/", "bad_url")]
    [InlineData("https://hooks.example.org/#part", "bad_url")]
    [InlineData("http://hooks.example.org/", "not_https")]
    [InlineData("http://hooks.example.org:443/", "not_https")]
    [InlineData("ftp://hooks.example.org/", "bad_url")]
    [InlineData("file:///etc/passwd", "bad_url")]
    [InlineData("gopher://hooks.example.org:443/", "bad_url")]
    [InlineData("https://127.0.0.1/", "not_allowed")]
    [InlineData("https://127.1/", "not_allowed")]
    [InlineData("https://0177.0.0.1/", "not_allowed")]
    [InlineData("https://0x7f.1/", "not_allowed")]
    [InlineData("https://2130706433/", "not_allowed")]
    [InlineData("https://0/", "not_allowed")]
    [InlineData("https://[::1]/", "not_allowed")]
    [InlineData("https://[::ffff:127.0.0.1]/", "not_allowed")]
    [InlineData("https://[64:ff9b::7f00:1]/", "not_allowed")]
    [InlineData("https://169.254.169.254/latest/meta-data", "not_allowed")]
    [InlineData("http://127.0.0.1:9/", "not_allowed")]
    [InlineData("http://localhost:9/", "not_allowed")]
    [InlineData("http://0.0.0.0:9000/", "not_https")]
    [InlineData("https://[::ffff:127.0.0.1]:9000/", "not_allowed")]
    [InlineData("https://[::7f00:1]:9000/", "not_allowed")]
    public void An_address_that_the_operator_did_not_name_is_refused_and_told_why(string url, string code)
    {
        using var outbound = new Outbound(
            new OutboundOptions { Allow = ["hooks.example.org:443", "127.0.0.1:9000"] }
        );
        Assert.Equal(code, Assert.Throws<OutboundException>(() => outbound.Check(new Uri(url))).Code);
    }

    [Theory]
    [InlineData("https://hooks.example.org/a?b=c")]
    [InlineData("https://HOOKS.example.ORG:443/")]
    [InlineData("http://127.0.0.1:9000/hook")]
    [InlineData("http://127.1:9000/hook")]
    [InlineData("https://10.9.8.7:8443/")]
    [InlineData("https://[fd00::5]:443/")]
    public void What_the_operator_named_may_be_called(string url)
    {
        using var outbound = new Outbound(
            new OutboundOptions
            {
                Allow = ["hooks.example.org:443", "127.0.0.1:9000", "10.0.0.0/8:8443", "[fd00::5]:443"],
            }
        );
        outbound.Check(new Uri(url));
    }

    [Theory]
    [InlineData("hooks.example.org")]
    [InlineData("hooks.example.org:0")]
    [InlineData("hooks.example.org:65536")]
    [InlineData("https://hooks.example.org:443")]
    [InlineData("*:443")]
    [InlineData(":443")]
    public void An_entry_of_the_allow_list_that_is_none_stops_the_start(string entry) =>
        Assert.Throws<ArgumentException>(() =>
            new Outbound(new OutboundOptions { Allow = [entry] }).Dispose()
        );

    [Fact(Timeout = 60_000)]
    public async Task A_name_that_turns_to_this_machine_after_it_was_looked_at_is_never_followed_there()
    {
        using var victim = new TcpListener(IPAddress.Loopback, 0);
        victim.Start();
        var port = ((IPEndPoint)victim.LocalEndpoint).Port;
        var (looks, tried) = (0, new List<IPEndPoint>());
        // 127.0.0.2 stands for the public address: listed, and nobody listens there.
        using var outbound = new Outbound(
            new OutboundOptions
            {
                Allow = [$"turning.example.org:{port}", $"127.0.0.2:{port}"],
                Resolve = (_, _) =>
                    Task.FromResult(
                        (looks++ % 4) switch
                        {
                            0 => new[] { IPAddress.Parse("127.0.0.2") },
                            1 => [IPAddress.Loopback],
                            2 => [IPAddress.Parse("127.0.0.2"), IPAddress.Loopback],
                            _ => [IPAddress.Parse("::ffff:127.0.0.1")],
                        }
                    ),
                OnConnect = place => tried.Add(place),
            }
        );
        var url = new Uri($"https://turning.example.org:{port}/");
        var codes = new List<string>();
        for (var call = 0; call < 10_000; call++)
        {
            var refused = await Assert.ThrowsAsync<OutboundException>(() =>
                outbound.PostAsync(url, [], NoHeaders, TestContext.Current.CancellationToken)
            );
            codes.Add(refused.Code);
        }

        Assert.Equal(10_000, looks);
        Assert.Equal(2_500, codes.Count(code => code == "connect_failed"));
        Assert.Equal(7_500, codes.Count(code => code == "special_address"));
        Assert.All(tried, place => Assert.Equal("127.0.0.2", place.Address.ToString()));
        Assert.False(victim.Pending());
    }

    [Fact(Timeout = 60_000)]
    public async Task A_redirect_is_an_answer_and_is_not_followed()
    {
        await using var receiver = WebhookReceiver.Start();
        receiver.Fault = ReceiverFault.Redirect;
        using var outbound = Loopback(receiver.Port);
        var answer = await outbound.PostAsync(new Uri(receiver.Url), [], NoHeaders, default);

        Assert.Equal(307, answer.Status);
        Assert.False(answer.IsReceived);
        Assert.Equal(1, receiver.Connections);
    }

    [Fact(Timeout = 60_000)]
    public async Task No_connection_is_used_twice_also_where_the_receiver_would_keep_it()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var connections = 0;
        var serving = Task.Run(async () =>
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                connections++;
                _ = KeepAliveAsync(client);
            }
        });
        using var outbound = Loopback(port);
        for (var call = 0; call < 5; call++)
        {
            var answer = await outbound.PostAsync(
                new Uri($"http://127.0.0.1:{port}/"),
                [],
                NoHeaders,
                default
            );
            Assert.True(answer.IsReceived);
        }
        Assert.Equal(5, connections);
        Assert.False(serving.IsFaulted);
    }

    private static async Task KeepAliveAsync(TcpClient client)
    {
        using var connection = client;
        var stream = client.GetStream();
        var request = new byte[16 * 1024];
        while (await stream.ReadAsync(request) > 0)
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        }
    }

    [Fact(Timeout = 60_000)]
    public async Task A_name_needs_its_special_address_listed_too_and_http_stays_on_this_machine()
    {
        await using var receiver = WebhookReceiver.Start();
        var url = new Uri($"http://localhost:{receiver.Port}/");
        using var half = new Outbound(new OutboundOptions { Allow = [$"localhost:{receiver.Port}"] });
        var refused = await Assert.ThrowsAsync<OutboundException>(() =>
            half.PostAsync(url, [], NoHeaders, default)
        );
        Assert.Equal("special_address", refused.Code);

        using var whole = new Outbound(
            new OutboundOptions
            {
                Allow = [$"localhost:{receiver.Port}", $"127.0.0.0/8:{receiver.Port}"],
                Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Loopback]),
            }
        );
        Assert.True((await whole.PostAsync(url, [], NoHeaders, default)).IsReceived);

        using var turned = new Outbound(
            new OutboundOptions
            {
                Allow = [$"localhost:{receiver.Port}", $"10.0.0.0/8:{receiver.Port}"],
                Resolve = (_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse("10.0.0.1")]),
            }
        );
        refused = await Assert.ThrowsAsync<OutboundException>(() =>
            turned.PostAsync(url, [], NoHeaders, default)
        );
        Assert.Equal("not_https", refused.Code);
    }

    private static Outbound Loopback(int port) => new(new OutboundOptions { Allow = [$"127.0.0.1:{port}"] });
}
