using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Vigil.Hashing;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.History;

/// <summary>What these tests do to a server, in short.</summary>
internal static class HistoryWork
{
    /// <summary>Without the pauses that a real server makes.</summary>
    public static readonly HistoryLimits Quick = new()
    {
        SyncEvery = TimeSpan.FromMilliseconds(50),
        Settling = TimeSpan.Zero,
        ListsStill = TimeSpan.Zero,
        SegmentRows = 50,
    };

    public static async Task<TestServer> StartAsync(
        HistoryLimits? limits = null,
        TimeProvider? time = null,
        bool isOn = true,
        bool byItself = false,
        int days = 30
    )
    {
        var server = await TestServer.StartAsync(change: options =>
            options with
            {
                History = limits ?? Quick,
                Time = time ?? TimeProvider.System,
            }
        );
        await server.LoadedAsync();
        if (isOn)
        {
            await server.TurnOnAsync(days, byItself);
        }
        return server;
    }

    public static async Task<JsonElement> TurnOnAsync(
        this TestServer server,
        int days = 30,
        bool byItself = false,
        HttpClient? client = null
    )
    {
        using var answer = await (client ?? server.Client).PutAsJsonAsync(
            "/v1/history",
            new
            {
                days,
                huntsByItself = byItself,
                reason = "A test keeps a history.",
            }
        );
        return await ListsHere.ExpectAsync(answer, HttpStatusCode.OK);
    }

    /// <summary>A picture by its hash; "none" unless it says otherwise.</summary>
    public static async Task<Guid> UploadAsync(
        this TestServer server,
        PdqHash hash,
        string? contentRef = null,
        string? account = null,
        string? sha256 = null,
        string decision = "none",
        string surface = "public_post",
        HttpClient? client = null,
        int quality = 90
    )
    {
        var content = new
        {
            surface,
            jurisdiction = "US",
            contentRef,
            account,
            hashes = new
            {
                pdq = hash.ToHex(),
                pdqQuality = quality,
                sha256,
            },
        };
        // A tenant's first scan finds its lists being loaded.
        using var answer = await TestServer.EventuallyAsync(
            async () =>
            {
                var sent = await (client ?? server.Client).PostAsJsonAsync("/v1/scan", content);
                return sent.StatusCode == HttpStatusCode.ServiceUnavailable ? null : sent;
            },
            "the lists are loaded"
        );
        var body = await ListsHere.ExpectAsync(answer, HttpStatusCode.OK);
        Assert.Equal(decision, body.Text("decision"));
        return Guid.Parse(body.Text("scanId"));
    }

    /// <summary>All that was scanned is in segments.</summary>
    public static Task BuildAsync(this TestServer server, string tenant = "default") =>
        server.Get<BuildSegments>().AllAsync(new TenantId(tenant), CancellationToken.None);

    public static async Task<JsonElement> StartHuntAsync(this TestServer server, string? list = null) =>
        await server.PostAsync("/v1/hunts", new { list, reason = "A test hunts." }, HttpStatusCode.Created);

    /// <summary>Hunts and waits for its end.</summary>
    public static async Task<JsonElement> HuntAsync(
        this TestServer server,
        string? list = null,
        string end = "done"
    )
    {
        var hunt = await server.StartHuntAsync(list);
        return await server.UntilAsync(hunt.Text("id"), end);
    }

    public static async Task<JsonElement> UntilAsync(
        this TestServer server,
        string hunt,
        params string[] states
    )
    {
        var seen = "";
        var found = await TestServer.EventuallyAsync<object>(
            async () =>
            {
                var now = await server.GetAsync($"/v1/hunts/{hunt}");
                seen = now.ToString();
                return states.Contains(now.Text("state")) ? now : null;
            },
            $"the hunt is {string.Join(" or ", states)}: {seen}",
            deadlineSeconds: 30
        );
        return (JsonElement)found;
    }

    /// <summary>Scan and entry of each hit.</summary>
    public static async Task<HashSet<(Guid Scan, Guid Entry)>> HitsAsync(
        this TestServer server,
        string hunt
    ) =>
        [
            .. (await server.GetAsync($"/v1/hunts/{hunt}/hits"))
                .GetProperty("hits")
                .EnumerateArray()
                .Select(hit => (Guid.Parse(hit.Text("scanId")), Guid.Parse(hit.Text("entryId")))),
        ];

    public static Task<long> CasesAsync(this TestServer server) =>
        server.AskAsync<long>("select count(*) from case_file where tenant = @tenant");

    public static Task<long> DecisionsAsync(this TestServer server) =>
        server.AskAsync<long>("select count(*) from decision where tenant = @tenant");

    public static string Folder(this TestServer server, string tenant = "default") =>
        Path.Combine(server.DataFolder, "history", $"t-{tenant}");

    public static IReadOnlyList<string> Segments(this TestServer server) =>
        Directory.Exists(server.Folder()) ? [.. Directory.GetFiles(server.Folder(), "*.his").Order()] : [];

    /// <summary>The plain bytes of every segment, as the keys open them.</summary>
    public static byte[] Plain(this TestServer server, string tenant = "default")
    {
        var folder = server.Get<HistoryStore>().FolderOf(new TenantId(tenant));
        using var all = new MemoryStream();
        foreach (var name in folder.Names().Where(name => !name.IsLog))
        {
            using var stream = folder.OpenSegment(name);
            stream.CopyTo(all);
        }
        return all.ToArray();
    }

    public static async Task<string> PageAsync(this TestServer server, string path)
    {
        using var answer = await server.Client.GetAsync(new Uri(path, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {answer.StatusCode} {text}");
        return text;
    }

    public static string Number(int i) => i.ToString(CultureInfo.InvariantCulture);
}
