using System.Net;
using System.Net.Sockets;
using System.Text;
using Vigil.Server.Tests.Running;

namespace Vigil.Server.Tests.Lists;

public class ImportTests
{
    [Fact(Timeout = 180_000)]
    public async Task A_file_becomes_entries_and_the_same_file_again_adds_nothing()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("csv");

        var first = await server.ImportAsync("csv", ListsHere.Csv(0, 2500), "?fileName=march.csv");
        var again = await server.ImportAsync("csv", ListsHere.Csv(0, 2500));
        var more = await server.ImportAsync("csv", ListsHere.Csv(2400, 200));

        Assert.Equal("done", first.Text("state"));
        Assert.Equal("march.csv", first.Text("fileName"));
        Assert.Equal(
            (2500, 2500, 0),
            (first.Number("rows"), first.Number("added"), first.Number("rejected"))
        );
        Assert.Equal((0, 2500), (again.Number("added"), again.Number("alreadyThere")));
        Assert.Equal((100, 100), (more.Number("added"), more.Number("alreadyThere")));
        Assert.Equal((2600, 0, 0), await server.CountsAsync("csv"));
        Assert.Equal(2600, (await server.ScanEntriesAsync()).Count);
        Assert.Equal(3, (await server.LedgerAsync("list.import_finished")).Count);
    }

    [Theory(Timeout = 180_000)]
    [InlineData("lines")]
    [InlineData("tx")]
    [InlineData("vics")]
    [InlineData("csv")]
    public async Task Every_format_is_read_by_its_first_bytes_or_by_name(string format)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("any");
        var file = format switch
        {
            "lines" => $"{ListsHere.Md5("a")}\n{ListsHere.Sha1("b")}\n",
            "tx" => $"video_md5 {ListsHere.Md5("a")}\npdq {ListsHere.Pdq("b")}\n",
            "csv" => $"md5,category\n{ListsHere.Md5("a")},A1\n{ListsHere.Md5("b")},\n",
            _ =>
                $$"""
                {"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/Default/$metadata#Media",
                "value":[{"MediaID":1,"MD5":"{{ListsHere.Md5(
                    "a"
                )}}","Category":1},{"MediaID":2,"MD5":"{{ListsHere.Md5("b")}}"}]}
                """,
        };

        var told = await server.ImportAsync("any", file);
        var named = await server.ImportAsync("any", file, $"?format={format}");

        Assert.Equal(2, told.Number("added"));
        Assert.Equal(2, named.Number("alreadyThere"));
    }

    [Fact(Timeout = 180_000)]
    public async Task Sixty_four_digits_are_what_the_sender_says_they_are()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("digits");

        await server.ImportAsync("digits", ListsHere.Sha256("a") + "\n", "?sha256=true");

        var (_, value) = Assert.Single(await server.ScanEntriesAsync());
        Assert.NotNull(value.Sha256);
        Assert.Null(value.Pdq);
    }

    [Fact(Timeout = 180_000)]
    public async Task Bad_rows_are_counted_by_code_with_the_first_row_and_the_good_are_taken()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("rows");
        var file =
            $"{ListsHere.Md5("a")}\nnot a hash\n{new string('0', 64)}\n12ab\n{ListsHere.Md5("b")}\n34cd\n";

        var import = await server.ImportAsync("rows", file, "?format=lines");

        Assert.Equal((2, 4), (import.Number("added"), import.Number("rejected")));
        var rejects = import
            .GetProperty("rejects")
            .EnumerateArray()
            .ToDictionary(reject => reject.Text("code"), reject => reject);
        Assert.Equal(2, rejects["wrong-length"].Number("count"));
        Assert.Equal(4, rejects["wrong-length"].Number("firstRow"));
        Assert.Equal(1, rejects["all-zero"].Number("count"));
        Assert.NotEmpty(rejects["all-zero"].Text("advice"));
    }

    [Theory(Timeout = 180_000)]
    [InlineData("<html>", "bad_list_file")]
    [InlineData("{\"value\":[]}", "bad_list_file")]
    [InlineData("", "bad_list_file")]
    [InlineData("zz\n", "bad_list_file")]
    [InlineData("\0\u0001\0", "bad_list_file")]
    public async Task A_file_that_is_no_list_is_refused_and_told_what_to_do(string file, string code)
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("wrong");

        using var body = new StringContent(file, Encoding.UTF8, "text/plain");
        using var answer = await server.Client.PostAsync("/v1/lists/wrong/imports", body);

        var problem = await ListsHere.ExpectAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(code, problem.Text("code"));
        var imports = await server.GetAsync("/v1/lists/wrong/imports");
        Assert.Equal("failed", Assert.Single(imports.GetProperty("imports").EnumerateArray()).Text("state"));
        Assert.Equal((0, 0, 0), await server.CountsAsync("wrong"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_form_is_no_list_file_and_unknown_settings_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("strict");
        async Task<string> CodeAsync(HttpContent content, string query, HttpStatusCode status)
        {
            using var answer = await server.Client.PostAsync($"/v1/lists/strict/imports{query}", content);
            return (await ListsHere.ExpectAsync(answer, status)).Text("code");
        }
        using var form = new MultipartFormDataContent { { new StringContent("x"), "file" } };
        using var text = new StringContent(ListsHere.Md5("a"));

        Assert.Equal("wrong_content_type", await CodeAsync(form, "", HttpStatusCode.UnsupportedMediaType));
        Assert.Equal("bad_format", await CodeAsync(text, "?format=xls", HttpStatusCode.BadRequest));
        Assert.Equal("bad_columns", await CodeAsync(text, "?columns=md5", HttpStatusCode.BadRequest));
        Assert.Equal(
            "reason_required",
            await CodeAsync(text, "?restoreWithdrawn=true", HttpStatusCode.BadRequest)
        );
        Assert.Equal(
            0,
            (await server.GetAsync("/v1/lists/strict/imports")).GetProperty("imports").GetArrayLength()
        );
    }

    [Fact(Timeout = 180_000)]
    public async Task A_body_that_is_cut_off_keeps_what_came_guesses_nothing_and_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("cut");
        // The last line is a SHA-256 of which 40 digits arrived: as many as a SHA-1 has.
        var lines = string.Concat(Enumerable.Range(0, 4500).Select(i => ListsHere.Md5($"{i}") + "\n"));
        await SendHalfAsync(
            server,
            "/v1/lists/cut/imports?format=lines",
            lines + ListsHere.Sha256("t")[..40]
        );

        var import = await LatestAsync(server, "cut", "failed");

        Assert.Equal("body_cut_off", import.Text("problem"));
        Assert.Equal(4000, import.Number("added"));
        var again = await server.ImportAsync("cut", lines);
        Assert.Equal((500, 4000), (again.Number("added"), again.Number("alreadyThere")));
        Assert.Equal((4500, 0, 0), await server.CountsAsync("cut"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_running_import_shows_its_progress_and_can_be_cancelled()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("slow");
        using var body = new SlowFile(ListsHere.Csv(0, 3000));
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/lists/slow/imports")
        {
            Content = body,
        };
        var sending = server.Client.SendAsync(request);

        var running = await LatestAsync(server, "slow", "running", import => import.Number("added") >= 1000);
        var cancelled = await server.PostAsync(
            $"/v1/lists/slow/imports/{running.Text("id")}/cancel",
            new { }
        );
        body.Release();
        using var answer = await sending;

        Assert.True(running.GetProperty("rowsPerSecond").GetDouble() > 0);
        Assert.Equal("cancelled", (await server.EndAsync("slow", running.Text("id"))).Text("state"));
        Assert.Contains(cancelled.Text("state"), new[] { "cancelled", "running" });
        Assert.Single(await server.LedgerAsync("list.import_cancelled"));
        Assert.True((await server.CountsAsync("slow")).Active >= 1000);
        var late = await server.PostAsync(
            $"/v1/lists/slow/imports/{running.Text("id")}/cancel",
            new { },
            HttpStatusCode.Conflict
        );
        Assert.Equal("import_not_running", late.Text("code"));
    }

    [Fact(Timeout = 180_000)]
    public async Task No_more_imports_run_at_once_than_are_allowed()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("full");
        using var first = new SlowFile(ListsHere.Csv(0, 10));
        using var second = new SlowFile(ListsHere.Csv(10, 10));
        var sending = new[] { first, second }
            .Select(body => server.Client.PostAsync("/v1/lists/full/imports", body))
            .ToList();
        await TestServer.EventuallyAsync(
            async () =>
            {
                var imports = (await server.GetAsync("/v1/lists/full/imports")).GetProperty("imports");
                return imports.GetArrayLength() == 2 ? "two" : null;
            },
            "two imports run"
        );

        using var third = new StringContent(ListsHere.Md5("x"));
        using var refused = await server.Client.PostAsync("/v1/lists/full/imports", third);
        first.Release();
        second.Release();
        var answers = await Task.WhenAll(sending);
        var later = await server.ImportAsync("full", ListsHere.Md5("x") + "\n");

        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode));
        Assert.Equal(1, later.Number("added"));
    }

    [Fact(Timeout = 180_000)]
    public async Task A_withdrawn_entry_does_not_come_back_with_its_file_unless_the_source_says_so()
    {
        await using var server = await TestServer.StartAsync();
        await server.CreateListAsync("back");
        await server.ImportAsync("back", ListsHere.Csv(0, 3));
        var entries = (await server.GetAsync("/v1/lists/back/entries")).GetProperty("entries");
        await server.PostAsync(
            $"/v1/lists/back/entries/{entries[1].Text("id")}/withdraw",
            new { reason = "wrong" }
        );

        var again = await server.ImportAsync("back", ListsHere.Csv(0, 3));
        var counts = await server.CountsAsync("back");
        var restored = await server.ImportAsync(
            "back",
            ListsHere.Csv(0, 3),
            "?restoreWithdrawn=true&reason=the+source+verified+it+again"
        );

        Assert.Equal((1, 2), (again.Number("tombstoned"), again.Number("alreadyThere")));
        Assert.Equal((2, 0, 1), counts);
        Assert.Equal(1, restored.Number("updated"));
        Assert.Equal((3, 0, 0), await server.CountsAsync("back"));
        Assert.Contains(
            await server.LedgerAsync("list.import_started"),
            act => act.Contains("verified it again", StringComparison.Ordinal)
        );
    }

    private static async Task<System.Text.Json.JsonElement> LatestAsync(
        TestServer server,
        string list,
        string state,
        Func<System.Text.Json.JsonElement, bool>? isEnough = null
    )
    {
        var found = await TestServer.EventuallyAsync(
            async () =>
            {
                var imports = (await server.GetAsync($"/v1/lists/{list}/imports")).GetProperty("imports");
                return imports
                    .EnumerateArray()
                    .Where(import => import.Text("state") == state && isEnough?.Invoke(import) != false)
                    .Select(import => (object?)import)
                    .FirstOrDefault();
            },
            $"an import is {state}",
            deadlineSeconds: 120
        );
        return (System.Text.Json.JsonElement)found;
    }

    /// <summary>Promises more than it sends, and hangs up.</summary>
    private static async Task SendHalfAsync(TestServer server, string path, string body)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port);
        var stream = client.GetStream();
        var head =
            $"POST {path} HTTP/1.1\r\nHost: {server.Address.Authority}\r\nAuthorization: Bearer {server.FirstKey}\r\n"
            + $"Content-Type: text/plain\r\nContent-Length: {body.Length + 24}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head + body));
        await stream.FlushAsync();
        await LatestAsync(server, "cut", "running", import => import.Number("added") >= 4000);
        client.Client.Shutdown(SocketShutdown.Send);
        var rest = new byte[1024];
        try
        {
            while (await stream.ReadAsync(rest) > 0) { }
        }
        catch (IOException)
        {
            // The server hangs up as well, which may come as a reset.
        }
    }

    /// <summary>A file that stops before its last line until it is told to go on.</summary>
    private sealed class SlowFile(string text) : HttpContent
    {
        private readonly TaskCompletionSource _release = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );

        public void Release() => _release.TrySetResult();

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            var bytes = Encoding.UTF8.GetBytes(text);
            await stream.WriteAsync(bytes.AsMemory(0, bytes.Length - 40));
            await stream.FlushAsync();
            await _release.Task;
            await stream.WriteAsync(bytes.AsMemory(bytes.Length - 40));
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
