using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Vigil.Server.Operations;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Operations;

public class HealthTests
{
    [Fact(Timeout = 60_000)]
    public async Task Readiness_names_each_part_with_its_age_and_no_path_or_secret()
    {
        await using var server = await TestServer.StartAsync();
        using var anyone = server.ClientWith(null);

        var ready = await TestServer.EventuallyAsync(() => ReadyAsync(anyone, HttpStatusCode.OK), "ready");

        Assert.Equal("ready", ready.GetProperty("status").GetString());
        var parts = ready.GetProperty("parts").EnumerateArray().ToList();
        Assert.Contains(parts, part => part.GetProperty("name").GetString() == "database");
        Assert.Contains(parts, part => part.GetProperty("name").GetString() == "data_folder");
        Assert.All(parts, part => Assert.InRange(part.GetProperty("ageSeconds").GetDouble(), 0, 10));
        Assert.DoesNotContain(server.DataFolder, ready.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("Host=", ready.GetRawText(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_part_that_a_feature_adds_turns_readiness_red_and_says_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        using var anyone = server.ClientWith(null);
        var works = false;
        server
            .Server.Services.GetRequiredService<ReadinessChecks>()
            .Add(
                "index",
                () => works ? ReadinessState.Ready("Loaded.") : ReadinessState.Broken("Loading.", "Wait.")
            );

        var red = await TestServer.EventuallyAsync(
            () => ReadyAsync(anyone, HttpStatusCode.ServiceUnavailable),
            "red"
        );
        works = true;
        await TestServer.EventuallyAsync(() => ReadyAsync(anyone, HttpStatusCode.OK), "green again");

        var index = red.GetProperty("parts").EnumerateArray().Last();
        Assert.Equal(
            ("index", "broken", "Loading.", "Wait."),
            (
                index.GetProperty("name").GetString(),
                index.GetProperty("state").GetString(),
                index.GetProperty("text").GetString(),
                index.GetProperty("advice").GetString()
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_warning_is_shown_and_takes_nobody_out()
    {
        await using var server = await TestServer.StartAsync();
        using var anyone = server.ClientWith(null);
        server
            .Server.Services.GetRequiredService<ReadinessChecks>()
            .Add("disk", () => ReadinessState.Warning("Low.", "Free some."));

        var ready = await TestServer.EventuallyAsync(() => ReadyAsync(anyone, HttpStatusCode.OK), "ready");

        Assert.Contains("\"warning\"", ready.GetRawText(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_check_that_throws_is_red_and_tells_no_value()
    {
        var checks = new ReadinessChecks();
        checks.Add("index", () => throw new InvalidOperationException("secret"));

        var state = Assert.Single(checks.Look()).State;

        Assert.False(state.IsReady);
        Assert.DoesNotContain("secret", state.Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_hangs_turns_red_by_the_age_of_the_last_answer()
    {
        var hang = false;
        var pulse = new Pulse(
            TimeSpan.FromMilliseconds(10),
            TimeSpan.FromMilliseconds(200),
            async stop =>
            {
                await Task.Delay(hang ? Timeout.Infinite : 0, stop);
                return ReadinessState.Ready("It answers.");
            },
            ReadinessState.Broken("It hangs.", "Look at it.")
        );
        using var stop = new CancellationTokenSource();
        var running = pulse.RunAsync(stop.Token);
        await TestServer.EventuallyAsync(() => IsAsync(pulse.State().IsReady), "green");
        hang = true;

        await TestServer.EventuallyAsync(() => IsAsync(!pulse.State().IsReady), "red");

        Assert.Equal("It hangs.", pulse.State().Text);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_draining_server_refuses_new_work_finishes_what_runs_and_answers_health()
    {
        var draining = new Draining();
        var finish = new TaskCompletionSource();
        var running = draining.InvokeAsync(Request("/v1/scan"), _ => finish.Task);

        draining.Begin("The server is ending.");

        var refused = Request("/v1/scan");
        await draining.InvokeAsync(refused, _ => throw new InvalidOperationException("was let in"));
        Assert.Equal(503, refused.Response.StatusCode);
        Assert.Equal("2", refused.Response.Headers.RetryAfter.ToString());
        refused.Response.Body.Position = 0;
        Assert.Equal(
            "draining",
            JsonDocument.Parse(refused.Response.Body).RootElement.GetProperty("code").GetString()
        );
        var asked = false;
        await draining.InvokeAsync(
            Request("/health/ready"),
            _ =>
            {
                asked = true;
                return Task.CompletedTask;
            }
        );
        Assert.True(asked);
        Assert.False(await draining.WaitAsync(TimeSpan.FromMilliseconds(50)));
        finish.SetResult();
        await running;
        Assert.True(await draining.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private static DefaultHttpContext Request(string path)
    {
        var context = new DefaultHttpContext();
        context.Request.Path = path;
        context.Response.Body = new MemoryStream();
        return context;
    }

    private static Task<string?> IsAsync(bool so) => Task.FromResult(so ? "so" : null);

    private static async Task<JsonElementBox?> ReadyAsync(HttpClient client, HttpStatusCode status)
    {
        var answer = await client.GetAsync("/health/ready");
        return answer.StatusCode == status ? new JsonElementBox(await TestServer.JsonOf(answer)) : null;
    }

    /// <summary>A struct cannot say "not yet" by being null.</summary>
    internal sealed record JsonElementBox(JsonElement Json)
    {
        public JsonElement GetProperty(string name) => Json.GetProperty(name);

        public string GetRawText() => Json.GetRawText();
    }
}
