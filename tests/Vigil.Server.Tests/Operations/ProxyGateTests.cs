using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Vigil.Server.Operations;

namespace Vigil.Server.Tests.Operations;

public class ProxyGateTests
{
    private static readonly IPNetwork Proxies = IPNetwork.Parse("10.0.0.0/24");

    [Fact(Timeout = 60_000)]
    public async Task What_the_named_proxy_says_of_its_caller_counts()
    {
        var (status, from, scheme) = await AskAsync([Proxies], remote: "10.0.0.7", forwarded: "203.0.113.9");

        Assert.Equal((200, "203.0.113.9", "https"), (status, from, scheme));
    }

    [Fact(Timeout = 60_000)]
    public async Task An_address_in_the_notation_of_the_other_protocol_is_the_same_proxy()
    {
        var (status, from, _) = await AskAsync(
            [Proxies],
            remote: "::ffff:10.0.0.7",
            forwarded: "203.0.113.9"
        );

        Assert.Equal((200, "203.0.113.9"), (status, from));
    }

    [Fact(Timeout = 60_000)]
    public async Task Nobody_else_may_connect_behind_a_proxy()
    {
        var (status, _, _) = await AskAsync([Proxies], remote: "192.0.2.4", forwarded: "10.0.0.7");

        Assert.Equal(403, status);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_program_on_this_machine_may_and_what_it_forwards_means_nothing()
    {
        var (status, from, scheme) = await AskAsync([Proxies], remote: "127.0.0.1", forwarded: "203.0.113.9");

        Assert.Equal((200, "127.0.0.1", "http"), (status, from, scheme));
    }

    [Fact(Timeout = 60_000)]
    public async Task Without_a_proxy_forwarded_headers_mean_nothing()
    {
        var (status, from, scheme) = await AskAsync([], remote: "10.0.0.7", forwarded: "203.0.113.9");

        Assert.Equal((200, "10.0.0.7", "http"), (status, from, scheme));
    }

    private static async Task<(int Status, string From, string Scheme)> AskAsync(
        IReadOnlyList<IPNetwork> proxies,
        string remote,
        string forwarded
    )
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.UseProxyGate(new ServerOptions { DataFolder = "nowhere", ProxyNetworks = proxies });
        app.Run(_ => Task.CompletedTask);
        var context = new DefaultHttpContext { RequestServices = app.Services };
        context.Connection.RemoteIpAddress = IPAddress.Parse(remote);
        context.Request.Scheme = "http";
        context.Request.Headers["X-Forwarded-For"] = forwarded;
        context.Request.Headers["X-Forwarded-Proto"] = "https";
        await ((IApplicationBuilder)app).Build()(context);
        return (
            context.Response.StatusCode,
            context.Connection.RemoteIpAddress!.ToString(),
            context.Request.Scheme
        );
    }
}
