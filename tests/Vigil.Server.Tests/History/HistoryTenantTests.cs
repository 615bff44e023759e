using System.Net;
using System.Net.Http.Json;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.History;

public class HistoryTenantTests
{
    private static readonly object Why = new { reason = "The contract ended." };

    [Fact(Timeout = 60_000)]
    public async Task Another_tenant_sees_nothing_of_a_history_or_its_hunts()
    {
        await using var server = await HistoryWork.StartAsync();
        using var other = await CreateAsync(server);
        await server.UploadAsync(Made.Pdq("a"), "post/a");
        await server.BuildAsync();
        var hunt = await server.HuntAsync();

        Assert.False(
            (await server.GetJsonAsync("/v1/history", client: other)).GetProperty("isOn").GetBoolean()
        );
        var theirs = await server.GetJsonAsync("/v1/hunts", client: other);
        Assert.Empty(theirs.GetProperty("hunts").EnumerateArray());
        foreach (var path in (string[])["", "/hits"])
        {
            await server.GetJsonAsync($"/v1/hunts/{hunt.Text("id")}{path}", HttpStatusCode.NotFound, other);
        }
        foreach (var act in (string[])["pause", "resume", "cancel"])
        {
            using var answer = await other.PostAsJsonAsync($"/v1/hunts/{hunt.Text("id")}/{act}", new { });
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }

        await server.TurnOnAsync(client: other);
        await server.UploadAsync(Made.Pdq("b"), "post/b", client: other);
        await server.BuildAsync("acme");
        Assert.True(server.Plain("acme").AsSpan().IndexOf("post/b"u8) > 0);
        Assert.True(server.Plain("acme").AsSpan().IndexOf("post/a"u8) < 0);
        Assert.True(server.Plain().AsSpan().IndexOf("post/b"u8) < 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task A_destroyed_tenants_history_goes_with_it()
    {
        var time = new ManualTime();
        await using var server = await HistoryWork.StartAsync(time: time);
        using var solo = JsonContent.Create(new { on = true, reason = "We are one." });
        using var declared = await server.Client.PutAsync(
            new Uri("/v1/installation/solo-mode", UriKind.Relative),
            solo
        );
        Assert.Equal(HttpStatusCode.OK, declared.StatusCode);
        using var other = await CreateAsync(server);
        await server.TurnOnAsync(client: other);
        await server.UploadAsync(Made.Pdq("b"), "post/b", client: other);
        await server.BuildAsync("acme");
        Assert.NotEmpty(Directory.GetFiles(server.Folder("acme")));
        Assert.NotEmpty(server.Get<DayVault>().Live(new TenantId("acme")));
        await server.PostAsync("/v1/tenants/acme/suspend", Why, HttpStatusCode.NoContent);
        var asked = await server.PostAsync("/v1/tenants/acme/destruction", Why, HttpStatusCode.Accepted);
        time.Advance(TimeSpan.FromHours(25));

        await server.PostAsync(
            "/v1/tenants/acme/destruction/confirm",
            new { read = asked.GetProperty("read").GetString() },
            HttpStatusCode.NoContent
        );

        Assert.Empty(server.Get<DayVault>().Live(new TenantId("acme")));
        await TestServer.EventuallyAsync(
            () => Task.FromResult(Directory.Exists(server.Folder("acme")) ? null : ""),
            "the files are gone"
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task A_platforms_server_may_erase_and_nothing_else()
    {
        await using var server = await HistoryWork.StartAsync();
        await server.UploadAsync(Made.Pdq("a"), "post/a");
        using var scanner = await server.ClientOfAsync(Scope.Scan);
        using var steward = await server.ClientOfAsync(Scope.Steward);

        foreach (var path in (string[])["/v1/history", "/v1/hunts"])
        {
            await server.GetJsonAsync(path, HttpStatusCode.Forbidden, scanner);
            await server.GetJsonAsync(path, client: steward);
        }
        using var on = await steward.PutAsJsonAsync("/v1/history", new { days = 3, reason = "x" });
        Assert.Equal(HttpStatusCode.Forbidden, on.StatusCode);
        using var off = await steward.PostAsJsonAsync("/v1/history/off", Why);
        Assert.Equal(HttpStatusCode.Forbidden, off.StatusCode);
        using var hunt = await scanner.PostAsJsonAsync("/v1/hunts", Why);
        Assert.Equal(HttpStatusCode.Forbidden, hunt.StatusCode);
        using var mine = await steward.PostAsJsonAsync("/v1/hunts", Why);
        Assert.Equal(HttpStatusCode.Created, mine.StatusCode);

        using var wish = new HttpRequestMessage(HttpMethod.Delete, "/v1/history/contents");
        wish.Headers.Add("Vigil-Content-Ref", "post/a");
        using var erased = await scanner.SendAsync(wish);
        Assert.Equal(HttpStatusCode.OK, erased.StatusCode);
        using var nothing = await scanner.DeleteAsync(new Uri("/v1/history/contents", UriKind.Relative));
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
    }

    private static async Task<HttpClient> CreateAsync(TestServer server)
    {
        var made = await server.PostAsync(
            "/v1/tenants",
            new { tenant = "acme", title = "A tenant" },
            HttpStatusCode.Created
        );
        return await server.KnownAsync(made.Text("firstKey"));
    }
}
