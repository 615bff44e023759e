using System.Net;
using System.Text;
using System.Text.Json;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Matching.Hunting;
using Vigil.Server.Features.History;
using Vigil.Server.Features.History.Hunting;
using Vigil.Server.Features.History.Keeping;
using Vigil.Server.Tests.Deciding;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.History;

public class KeepingTests
{
    [Fact(Timeout = 60_000)]
    public async Task Where_nobody_turned_it_on_nothing_of_a_scan_is_kept_not_even_for_a_moment()
    {
        await using var server = await HistoryWork.StartAsync(isOn: false);
        await server.UploadAsync(Made.Pdq("a"), "post/secret-17", "user-17");
        await server.UploadAsync(Made.Pdq("b"), "post/secret-18", "user-17");

        Assert.Empty(server.Get<ScannedContents>().Take(10));
        Assert.False((await server.GetAsync("/v1/history")).GetProperty("isOn").GetBoolean());
        await server.BuildAsync();
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "history")));
        var files = Directory.EnumerateFiles(server.DataFolder, "*", SearchOption.AllDirectories);
        foreach (var file in files.Where(file => !file.EndsWith(".lock", StringComparison.Ordinal)))
        {
            Assert.False(Holds(file, "secret-17"u8), file);
        }
        foreach (var table in (string[])["history", "history_segment", "history_loss", "hunt", "decision"])
        {
            Assert.Equal(
                0,
                await server.AskAsync<long>($"select count(*) from {table} where tenant = @tenant")
            );
        }
        var refused = await server.PostAsync("/v1/hunts", new { reason = "x" }, HttpStatusCode.Conflict);
        Assert.Equal("history_off", refused.Text("code"));
        Assert.Contains(
            "No history is kept",
            await server.PageAsync("/console/history"),
            StringComparison.Ordinal
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task What_is_kept_lies_sealed_in_files_of_its_day_and_is_shown()
    {
        await using var server = await HistoryWork.StartAsync(days: 7);
        for (var i = 0; i < 120; i++)
        {
            await server.UploadAsync(Made.Pdq($"{i}"), $"post/{i}", $"user-{i % 10}");
        }
        await server.BuildAsync();

        var shown = await server.GetAsync("/v1/history");
        Assert.Equal((120, 120, 3), (shown.Number("rows"), shown.Number("hashes"), shown.Number("segments")));
        Assert.Equal(3, server.Segments().Count);
        var day = Assert.Single(shown.GetProperty("keptDays").EnumerateArray());
        var destroyed = day.GetProperty("destroyedAfter").GetDateTimeOffset() - DateTimeOffset.UtcNow;
        Assert.InRange(destroyed.TotalDays, 7, 8);
        var mark = "post/119"u8.ToArray();
        Assert.True(server.Plain().AsSpan().IndexOf(mark) > 0);
        Assert.All(
            Directory.GetFiles(server.Folder()),
            file => Assert.True(File.ReadAllBytes(file).AsSpan().IndexOf(mark) < 0, file)
        );
        Assert.Single(await server.LedgerAsync("history.turned_on"));
        Assert.Contains("120", await server.PageAsync("/console/history"), StringComparison.Ordinal);
    }

    [Theory(Timeout = 60_000)]
    [InlineData(0, "A reason", "bad_days")]
    [InlineData(731, "A reason", "bad_days")]
    [InlineData(30, " ", "reason_required")]
    public async Task It_is_turned_on_for_some_days_and_with_a_reason(int days, string reason, string code)
    {
        await using var server = await HistoryWork.StartAsync(isOn: false);
        using var body = new StringContent(
            JsonSerializer.Serialize(new { days, reason }),
            Encoding.UTF8,
            "application/json"
        );
        using var answer = await server.Client.PutAsync(new Uri("/v1/history", UriKind.Relative), body);

        var problem = await ListsHere.ExpectAsync(answer, HttpStatusCode.BadRequest);
        Assert.Equal(code, problem.Text("code"));
        Assert.Empty(await server.LedgerAsync("history.turned_on"));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_day_that_is_over_is_destroyed_with_its_key()
    {
        var time = new ManualTime();
        await using var server = await HistoryWork.StartAsync(time: time, days: 2);
        await server.UploadAsync(Made.Pdq("old"), "post/old");
        await server.BuildAsync();
        var old = Assert.Single(server.Segments());
        var name = HistoryName.Parse(Path.GetFileName(old))!;
        var copy = await File.ReadAllBytesAsync(old);

        time.Advance(TimeSpan.FromDays(2));
        await server.UploadAsync(Made.Pdq("new"), "post/new");
        await server.BuildAsync();
        await server.Get<DestroyDue>().RunAsync(TenantId.Default, CancellationToken.None);
        Assert.Equal(2, server.Segments().Count);
        time.Advance(TimeSpan.FromDays(1));
        await TestServer.EventuallyAsync(
            async () => (await server.GetAsync("/v1/history")).Number("segments") == 1 ? "" : null,
            "the first day is destroyed by itself"
        );
        Assert.Single(server.Segments());

        // A copy that somebody made, as a backup does, is worth nothing.
        await File.WriteAllBytesAsync(old, copy);
        var lost = Assert.Throws<KeyRingException>(() =>
            server.Get<HistoryStore>().FolderOf(TenantId.Default).OpenSegment(name)
        );
        Assert.Equal(KeyRingProblem.EpochDestroyed, lost.Problem);
        File.Delete(old);
        Assert.True(server.Plain().AsSpan().IndexOf("post/new"u8) > 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Who_asks_to_be_erased_is_gone_from_the_disk_and_nobody_else()
    {
        await using var server = await HistoryWork.StartAsync();
        for (var i = 0; i < 110; i++)
        {
            await server.UploadAsync(Made.Pdq($"{i}"), $"post/{i}/x", $"user-{i % 10}x");
        }

        var content = await EraseAsync(server, "Vigil-Content-Ref", "post/42/x");
        var account = await EraseAsync(server, "Vigil-Account", "user-7x");
        var nobody = await EraseAsync(server, "Vigil-Content-Ref", "post/9999");

        Assert.Equal(("done", 1), (content.Text("state"), content.Number("rows")));
        Assert.Equal(("done", 11), (account.Text("state"), account.Number("rows")));
        Assert.Equal(0, nobody.Number("rows"));
        var plain = server.Plain();
        Assert.True(plain.AsSpan().IndexOf("post/42/x"u8) < 0);
        Assert.True(plain.AsSpan().IndexOf("user-7x"u8) < 0);
        Assert.True(plain.AsSpan().IndexOf("post/43/x"u8) > 0);
        Assert.True(plain.AsSpan().IndexOf(Made.Bytes(Made.Pdq("42"))) < 0);
        Assert.True(plain.AsSpan().IndexOf(Made.Bytes(Made.Pdq("43"))) > 0);
        Assert.Equal(98, (await server.GetAsync("/v1/history")).Number("rows"));
        Assert.Empty(Directory.GetFiles(server.Folder(), "*.log"));
        Assert.Equal(3, server.Segments().Count);
        var acts = string.Concat(await server.LedgerAsync("history.erasure_asked"));
        Assert.DoesNotContain("post/42", acts, StringComparison.Ordinal);
        Assert.Equal(
            0,
            await server.AskAsync<long>(
                "select count(*) from history_erasure where tenant = @tenant and sealed is not null"
            )
        );
    }

    [Fact(Timeout = 60_000)]
    public async Task Turned_off_it_is_gone_and_nothing_more_is_kept()
    {
        await using var server = await HistoryWork.StartAsync(
            HistoryWork.Quick with
            {
                Settling = TimeSpan.FromHours(1),
            }
        );
        await server.UploadAsync(Made.Pdq("a"), "post/a");
        await server.BuildAsync();
        await server.UploadAsync(Made.Pdq("b"), "post/b");
        var hunt = await server.StartHuntAsync();
        // More than people may open: those that were planned by themselves have no such limit.
        await Cases
            .CaseWork.Kernel(server)
            .Db.SystemAsync(
                "test",
                isWrite: true,
                async tx =>
                {
                    for (var i = 0; i <= 2 * HistoryRules.MaxOpenHunts; i++)
                    {
                        await HuntTable.AddAsync(
                            tx,
                            new StoredHunt { IsByItself = true, Reason = "planned" }
                        );
                    }
                    return true;
                }
            );

        var shown = await server.PostAsync("/v1/history/off", new { reason = "Enough." });

        Assert.False(shown.GetProperty("isOn").GetBoolean());
        Assert.False(shown.GetProperty("isErasing").GetBoolean());
        Assert.False(Directory.Exists(server.Folder()));
        Assert.Empty(server.Get<DayVault>().Live(TenantId.Default));
        Assert.Equal("cancelled", (await server.GetAsync($"/v1/hunts/{hunt.Text("id")}")).Text("state"));
        Assert.Equal(
            0,
            await server.AskAsync<long>(
                "select count(*) from hunt where tenant = @tenant and state in ('Waiting', 'Running', 'Paused')"
            )
        );
        await server.UploadAsync(Made.Pdq("c"), "post/c");
        await server.BuildAsync();
        Assert.False(Directory.Exists(server.Folder()));
        Assert.Single(await server.LedgerAsync("history.turned_off"));
        Assert.Single(await server.LedgerAsync("history.erased"));
        Assert.Equal(0, (await server.GetAsync("/v1/history")).Number("rows"));

        await server.TurnOnAsync();
        await server.UploadAsync(Made.Pdq("d"), "post/d");
        await server.BuildAsync();
        Assert.True(server.Plain().AsSpan().IndexOf("post/d"u8) > 0);
    }

    [Fact(Timeout = 60_000)]
    public async Task What_cannot_be_kept_is_counted_and_seen_and_scans_go_on()
    {
        await using var server = await HistoryWork.StartAsync();
        var store = server.Get<HistoryStore>();
        var settings = store.SettingsOf(TenantId.Default);
        store.Set(
            TenantId.Default,
            new HistorySettings
            {
                IsOn = true,
                Days = settings.Days,
                MaxBytes = 10,
            }
        );
        await server.UploadAsync(Made.Pdq("a"), "post/a");
        await LossAsync("limit", 1);

        store.Set(TenantId.Default, settings);
        await File.WriteAllTextAsync(Path.Combine(server.DataFolder, "history"), "in the way");
        await server.UploadAsync(Made.Pdq("b"), "post/b");
        await LossAsync("disk", 1);

        File.Delete(Path.Combine(server.DataFolder, "history"));
        await server.UploadAsync(Made.Pdq("c"), "post/c");
        await server.BuildAsync();
        Assert.True(server.Plain().AsSpan().IndexOf("post/c"u8) > 0);
        Assert.Equal(
            1,
            await server.AskAsync<long>(
                "select count(*) from alert where tenant = @tenant and code = 'history_loses' and state = 'Open'"
            )
        );
        var ready = await server.Client.GetStringAsync("/health/ready");
        Assert.Contains("misses contents", ready, StringComparison.Ordinal);
        Assert.Contains(
            "The disk took no more",
            await server.PageAsync("/console/history"),
            StringComparison.Ordinal
        );

        async Task LossAsync(string reason, int count) =>
            await TestServer.EventuallyAsync(
                async () =>
                    (await server.GetAsync("/v1/history"))
                        .GetProperty("losses")
                        .EnumerateArray()
                        .Any(loss => loss.Text("reason") == reason && loss.Number("count") == count)
                        ? ""
                        : null,
                $"{count} lost: {reason}"
            );
    }

    [Fact]
    public void What_waits_is_bounded_and_what_finds_no_room_is_counted()
    {
        var contents = new ScannedContents();
        var large = Content(new byte[(int)(ScannedContents.MaxWaitingBytes / 2) + 1]);
        contents.Tell(TenantId.Default, large);
        Assert.Empty(contents.Take(10));

        contents.Want([TenantId.Default]);
        contents.Tell(TenantId.Default, large);
        contents.Tell(TenantId.Default, large);
        contents.Tell(TenantId.Default, Content([]));

        Assert.Equal((TenantId.Default, 1L), Assert.Single(contents.TakeLost()));
        Assert.Empty(contents.TakeLost());
        Assert.Equal(2, contents.Take(10).Count);
        contents.Tell(TenantId.Default, large);
        Assert.Single(contents.Take(10));
    }

    [Theory]
    [InlineData(Surface.PublicPost, "", true)]
    [InlineData(Surface.FileStorage, "DE", true)]
    [InlineData(Surface.DirectMessage, "US", true)]
    [InlineData(Surface.DirectMessage, "DE", false)]
    [InlineData(Surface.Email, "", false)]
    public void Private_messages_are_kept_only_where_the_law_itself_lets_them_be_scanned(
        Surface surface,
        string jurisdiction,
        bool isKept
    ) => Assert.Equal(isKept, HistoryRules.MayKeep(surface, jurisdiction));

    [Fact(Timeout = 60_000)]
    public async Task A_second_process_keeps_nothing_in_the_folder_of_another_and_says_so()
    {
        await using var server = await HistoryWork.StartAsync(isOn: false);
        using (FolderLock.TryTake(server.DataFolder, "history.lock"))
        {
            await server.TurnOnAsync();
            await server.UploadAsync(Made.Pdq("a"), "post/a");
            var ready = await server.Client.GetStringAsync("/health/ready");
            Assert.Contains("Another server process keeps the histories", ready, StringComparison.Ordinal);
            Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "history")));
        }
        await server.TurnOnAsync(days: 31);
        await server.UploadAsync(Made.Pdq("b"), "post/b");
        await server.BuildAsync();
        Assert.Single(server.Segments());
    }

    [Fact]
    public void Only_what_will_never_open_counts_as_damaged()
    {
        Assert.All(
            (Exception[])
                [
                    new SealBrokenException("cut"),
                    new HistoryFormatException("cut"),
                    new FormatException("no note"),
                    new InputFileException(InputFileProblem.NotFound, "gone"),
                    new KeyRingException(KeyRingProblem.EpochDestroyed, "gone"),
                ],
            error => Assert.True(Unreadable.Is(error), error.ToString())
        );
        Assert.All(
            (Exception[])
                [
                    new InputFileException(InputFileProblem.ReadError, "too many open files"),
                    new InputFileException(InputFileProblem.NotPermitted, "not yours"),
                    new KeyRingException(KeyRingProblem.RingMissing, "not now"),
                    new IOException("in use"),
                    new InvalidOperationException("a mistake"),
                ],
            error => Assert.False(Unreadable.Is(error), error.ToString())
        );
    }

    private static ScannedContent Content(byte[] pictures) =>
        new()
        {
            ScanId = Guid.NewGuid(),
            At = DateTimeOffset.UnixEpoch,
            ListGeneration = 0,
            Surface = Surface.Comment,
            Jurisdiction = "",
            Pictures = pictures,
            WholePictures = pictures.Length / ScannedContent.PictureBytes,
        };

    private static async Task<JsonElement> EraseAsync(TestServer server, string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/v1/history/contents");
        request.Headers.Add(header, value);
        using var answer = await server.Client.SendAsync(request);
        return await ListsHere.ExpectAsync(answer, HttpStatusCode.OK);
    }

    private static bool Holds(string file, ReadOnlySpan<byte> mark)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray().AsSpan().IndexOf(mark) >= 0;
    }
}
