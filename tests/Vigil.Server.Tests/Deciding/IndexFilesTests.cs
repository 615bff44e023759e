using Vigil.Matching.Entries;
using Vigil.Server.Features.Scan.Deciding;
using Vigil.Server.Features.Scan.Index;
using Vigil.Server.Tests.Cases;
using Vigil.Server.Tests.Lists;
using Vigil.Server.Tests.Running;
using Vigil.Trust;
using static Vigil.Server.Tests.Deciding.IndexDamage;

namespace Vigil.Server.Tests.Deciding;

/// <summary>The index on disk: a cache that saves reading, and never changes an answer.</summary>
public class IndexFilesTests
{
    private const int Entries = 300;

    [Fact(Timeout = 120_000)]
    public async Task After_a_restart_all_is_found_and_only_what_changed_since_is_read()
    {
        await using var server = await TestServer.StartAsync();
        var (list, keys) = await FilledAsync(server);
        Assert.Equal(Entries, Index(server).EntriesRead);
        await SaveAsync(server);

        await server.RestartAsync();
        await server.LoadedAsync();
        Assert.Equal(0, Index(server).EntriesRead);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries));

        // Not saved: read from the database by the next start.
        await server.EntriesAsync(list, [Made.File("late 1"), Made.File("late 2")]);
        await server.StateAsync(keys[7], "Quarantined");
        await server.WithinASecondAsync(Made.Scan("file 7"), Outcome.None);
        await server.RestartAsync();
        await server.LoadedAsync();
        Assert.Equal(3, Index(server).EntriesRead);
        Assert.Equal(Entries + 1, Index(server).Current!.Entries);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries).Except([7]));
        await server.WithinASecondAsync(Made.Scan("late 2"), Outcome.Block);
        await server.WithinASecondAsync(Made.Scan("file 7"), Outcome.None);
        Assert.Null(await AlarmAsync(server));
    }

    [Theory(Timeout = 120_000)]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("exchanged")]
    [InlineData("removed")]
    [InlineData("emptied")]
    public async Task Damaged_files_are_not_used_and_a_person_is_told(string how)
    {
        await using var server = await TestServer.StartAsync();
        await FilledAsync(server);
        await SaveAsync(server);
        await server.RestartAsync(_ =>
        {
            Damage(Folder(server), how);
            return Task.CompletedTask;
        });
        await server.LoadedAsync();

        Assert.Equal(Entries, Index(server).EntriesRead);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries));
        // A folder without any file is a first start.
        Assert.Equal(how == "emptied" ? null : "Urgent", await AlarmAsync(server));

        await SaveAsync(server);
        await server.RestartAsync();
        await server.LoadedAsync();
        Assert.Equal(0, Index(server).EntriesRead);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries));
    }

    [Fact(Timeout = 120_000)]
    public async Task Where_the_last_state_is_damaged_the_one_before_serves_and_the_rest_is_read()
    {
        await using var server = await TestServer.StartAsync();
        var (list, keys) = await FilledAsync(server);
        await SaveAsync(server);
        await server.EntriesAsync(list, [Made.File("late")]);
        await server.StateAsync(keys[3], "Removed");
        await server.WithinASecondAsync(Made.Scan("file 3"), Outcome.None);
        await SaveAsync(server);
        await server.RestartAsync(_ =>
        {
            var newest = Directory.EnumerateFiles(Folder(server), "generation-*").Max()!;
            File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..^1]);
            return Task.CompletedTask;
        });
        await server.LoadedAsync();

        Assert.Equal(2, Index(server).EntriesRead);
        await server.WithinASecondAsync(Made.Scan("late"), Outcome.Block);
        await server.WithinASecondAsync(Made.Scan("file 3"), Outcome.None);
        Assert.Equal("Urgent", await AlarmAsync(server));
    }

    /// <param name="catchesUp">The older database is changed until its generation is past that of the files.</param>
    [Theory(Timeout = 120_000)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_database_put_back_is_not_served_by_newer_files(bool catchesUp)
    {
        await using var server = await TestServer.StartAsync();
        var (list, keys) = await FilledAsync(server);
        await SaveAsync(server);
        await server.RestartAsync(database => database.BackUpAsync());
        await server.LoadedAsync();
        await server.EntriesAsync(list, [Made.File("later")]);
        await server.StateAsync(keys[3], "Removed");
        await server.WithinASecondAsync(Made.Scan("file 3"), Outcome.None);
        // Twice, so that no state of before the backup is left.
        await SaveAsync(server);
        await server.EntriesAsync(list, [Made.File("later too")]);
        await server.WithinASecondAsync(Made.Scan("later too"), Outcome.Block);
        await SaveAsync(server);

        var aside = Path.Combine(server.DataFolder, "aside");
        await server.RestartAsync(async database =>
        {
            await database.PutBackAsync();
            if (catchesUp)
            {
                Directory.Move(Folder(server), aside);
            }
        });
        await server.LoadedAsync();
        if (catchesUp)
        {
            for (var i = 0; i < 8; i++)
            {
                await server.EntriesAsync(list, [Made.File($"other {i}")]);
            }
            await server.RestartAsync(_ =>
            {
                Directory.Delete(Folder(server), recursive: true);
                Directory.Move(aside, Folder(server));
                return Task.CompletedTask;
            });
            await server.LoadedAsync();
            await server.WithinASecondAsync(Made.Scan("other 7"), Outcome.Block);
        }

        Assert.Equal(Entries + (catchesUp ? 8 : 0), Index(server).EntriesRead);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries));
        await server.WithinASecondAsync(Made.Scan("later"), Outcome.None);
        await server.WithinASecondAsync(Made.Scan("later too"), Outcome.None);
    }

    [Fact(Timeout = 120_000)]
    public async Task Older_files_under_a_newer_database_catch_up()
    {
        await using var server = await TestServer.StartAsync();
        var (list, keys) = await FilledAsync(server);
        await SaveAsync(server);
        var older = Path.Combine(server.DataFolder, "older");
        Copy(Folder(server), older);
        await server.EntriesAsync(list, [Made.File("later")]);
        await server.StateAsync(keys[3], "Removed");
        await server.WithinASecondAsync(Made.Scan("file 3"), Outcome.None);
        await SaveAsync(server);
        await server.RestartAsync(_ =>
        {
            Directory.Delete(Folder(server), recursive: true);
            Directory.Move(older, Folder(server));
            return Task.CompletedTask;
        });
        await server.LoadedAsync();

        Assert.Equal(2, Index(server).EntriesRead);
        await server.WithinASecondAsync(Made.Scan("later"), Outcome.Block);
        await server.WithinASecondAsync(Made.Scan("file 3"), Outcome.None);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_database_put_back_under_a_running_server_is_noticed()
    {
        await using var server = await TestServer.StartAsync();
        var (_, keys) = await FilledAsync(server);
        await SaveAsync(server);
        var mark = Index(server).Mark;
        // What a database of before the mark, with as many changes, would say.
        await server.ActAsync(async tx =>
        {
            await tx.ExecuteAsync("delete from index_mark where tenant = @tenant");
            return await tx.ExecuteAsync(
                "update list_entry set state = 'Removed' where tenant = @tenant and id = @id",
                new { id = keys[5].EntryId }
            );
        });

        await TestServer.EventuallyAsync<object>(
            () =>
                Task.FromResult<object?>(
                    Index(server) is { IsLoaded: true } index && index.Mark != mark ? index : null
                ),
            "the lists are loaded anew"
        );

        await server.WithinASecondAsync(Made.Scan("file 5"), Outcome.None);
        await server.WithinASecondAsync(Made.Scan("file 6"), Outcome.Block);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_database_that_lost_changes_but_knows_the_mark_is_read_anew_once()
    {
        await using var server = await TestServer.StartAsync();
        await FilledAsync(server);
        await SaveAsync(server);
        var (seen, lost) = (Index(server).ListsSeen, Index(server).Mark);

        await server.ActAsync(tx =>
            tx.ExecuteAsync("update list_clock set generation = generation - 1 where tenant = @tenant")
        );

        // Neither the files nor a new mark may bring back what the database does not have.
        await TestServer.EventuallyAsync<object>(
            () =>
                Task.FromResult<object?>(
                    Index(server) is { IsLoaded: true } index && index.ListsSeen == seen - 1 ? index : null
                ),
            "the lists are loaded anew"
        );
        Assert.Equal(0, Index(server).Current!.Entries);
        await server.WithinASecondAsync(Made.Scan("file 5"), Outcome.None);
        // The state of the past that was lost serves never again, however far the clock comes.
        Assert.Equal(
            0,
            await server.AskAsync<long>(
                "select count(*) from index_mark where tenant = @tenant and mark = @lost",
                new { lost = lost!.Value }
            )
        );
    }

    [Fact(Timeout = 120_000)]
    public async Task The_scrub_tells_of_a_damaged_file_and_writes_it_anew()
    {
        await using var server = await TestServer.StartAsync();
        await FilledAsync(server);
        await SaveAsync(server);
        var keeper = server.Get<IndexKeeper>();
        await keeper.ScrubAsync(Index(server), TimeSpan.Zero, Made.Stop);
        Assert.Null(await AlarmAsync(server));
        Damage(Folder(server), "flipped");

        await keeper.ScrubAsync(Index(server), TimeSpan.Zero, Made.Stop);

        Assert.Equal("Urgent", await AlarmAsync(server));
        Assert.Null(Index(server).FileProblem);
        await server.RestartAsync();
        await server.LoadedAsync();
        Assert.Equal(0, Index(server).EntriesRead);
        await AssertFoundAsync(server, Enumerable.Range(0, Entries));
    }

    [Fact(Timeout = 120_000)]
    public async Task Files_that_cannot_be_written_are_a_warning_and_scans_go_on()
    {
        await using var server = await TestServer.StartAsync();
        var (list, _) = await FilledAsync(server);
        await SaveAsync(server);
        Directory.Delete(Folder(server), recursive: true);
        File.WriteAllText(Folder(server), "in the way");
        await server.EntriesAsync(list, [Made.File("late")]);
        await server.WithinASecondAsync(Made.Scan("late"), Outcome.Block);
        var marks = await MarksAsync(server);

        for (var i = 0; i < 5; i++)
        {
            await server.Get<IndexKeeper>().SaveAsync(Index(server), Made.Stop);
        }

        // Each failure leaves a mark that no state names; the next takes it away.
        Assert.InRange(await MarksAsync(server), 1, marks + 1);
        Assert.True(server.Get<IndexHealth>().State() is { IsReady: true, IsWarning: true });
        File.Delete(Folder(server));
        Directory.CreateDirectory(Folder(server));
        await server.EntriesAsync(list, [Made.File("later")]);
        await server.WithinASecondAsync(Made.Scan("later"), Outcome.Block);
        await server.Get<IndexKeeper>().SaveAsync(Index(server), Made.Stop);
        Assert.False(server.Get<IndexHealth>().State().IsWarning);
    }

    [Fact(Timeout = 120_000)]
    public async Task An_entry_that_does_not_open_is_told_at_every_start()
    {
        await using var server = await TestServer.StartAsync();
        var (_, keys) = await FilledAsync(server);
        await SaveAsync(server);
        await server.ActAsync(async tx =>
            await tx.ExecuteAsync(
                """
                update signal set sealed = @bytes where tenant = @tenant and id =
                    (select signal_id from list_entry where tenant = @tenant and id = @id)
                """,
                new { id = keys[4].EntryId, bytes = new byte[100] }
            )
        );
        await server.StateAsync(keys[4], "Active");
        await server.WithinASecondAsync(Made.Scan("file 4"), Outcome.None);
        var saved = Names(server);
        await server.Get<IndexKeeper>().SaveAsync(Index(server), Made.Stop);

        Assert.Equal(saved, Names(server));
        await server.RestartAsync();
        await server.LoadedAsync();
        Assert.True(Index(server).HasUnreadable);
        await server.WithinASecondAsync(Made.Scan("file 5"), Outcome.Block);
    }

    [Fact(Timeout = 120_000)]
    public async Task Of_a_destroyed_tenant_no_file_stays()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(change: options => options with { Time = time });
        var (tenants, acme) = (server.Kernel().Tenants, new TenantId("acme"));
        await tenants.CreateAsync(Person("person:one"), acme, "Acme");
        var index = server.Get<ScanIndex>();
        Assert.Throws<Http.ProblemException>(() => index.Take(acme));
        var mine = await TestServer.EventuallyAsync(
            () =>
                Task.FromResult(
                    index.Tenants.FirstOrDefault(tenant => tenant.Tenant == acme && tenant.IsLoaded)
                ),
            "the tenant's lists are loaded"
        );
        await server.Get<IndexKeeper>().SaveAsync(mine, Made.Stop);
        var folder = Folder(server, "acme");
        Assert.NotEmpty(Directory.EnumerateFiles(folder));
        // Of a process that is not there any more.
        var other = folder.Replace("v1-0", "v1-7", StringComparison.Ordinal);
        Copy(folder, other);

        await tenants.SuspendAsync(Person("person:one"), acme, "The contract ended.");
        var asked = await tenants.RequestDestructionAsync(Person("person:one"), acme, "The contract ended.");
        time.Advance(TimeSpan.FromHours(25));
        await tenants.DestroyAsync(Person("person:two"), acme, asked.Read);

        await TestServer.EventuallyAsync(
            () => Task.FromResult(Directory.Exists(folder) ? null : ""),
            "the tenant's files are gone"
        );
        Assert.True(mine is { IsEnded: true, Current: null });
        Assert.DoesNotContain(index.Tenants, tenant => tenant.Tenant == acme);
        // As in a process that was not told: it still follows the tenant.
        Assert.Throws<Http.ProblemException>(() => index.Take(acme));
        await server.Get<IndexKeeper>().SweepAsync(Made.Stop);
        Assert.Equal([TenantId.Default], index.Tenants.Select(tenant => tenant.Tenant));
        Assert.False(Directory.Exists(other));
        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(server.DataFolder, "index")));
    }

    [Fact]
    public void Each_process_has_a_folder_of_its_own_and_other_formats_are_removed()
    {
        using var data = new TestFolder();
        var acme = new TenantId("acme");
        using var one = IndexFolder.TryTake(data.Path)!;
        using var two = IndexFolder.TryTake(data.Path)!;
        Assert.NotEqual(one.Of(acme), two.Of(acme));
        Directory.CreateDirectory(one.Of(acme));
        Directory.CreateDirectory(two.Of(new TenantId("gone")));
        Directory.CreateDirectory(data["index/v0-0/tenant-acme"]);

        one.RemoveAllBut(new HashSet<TenantId> { acme });

        Assert.True(Directory.Exists(one.Of(acme)));
        Assert.False(Directory.Exists(two.Of(new TenantId("gone"))));
        Assert.False(Directory.Exists(data["index/v0-0"]));
    }

    [Fact(Timeout = 300_000)]
    public async Task After_any_changes_saves_and_restarts_the_answers_are_those_of_a_fresh_index()
    {
        var luck = Made.Luck();
        await using var server = await TestServer.StartAsync();
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        var live = new Dictionary<string, (EntryKey Key, bool IsActive)>();
        for (var step = 0; step < 12; step++)
        {
            var fresh = Enumerable.Range(0, luck.Next(1, 40)).Select(i => $"step {step} {i}").ToList();
            var keys = await server.EntriesAsync(list, fresh.ConvertAll(Made.File));
            fresh.Zip(keys).ToList().ForEach(one => live[one.First] = (one.Second, true));
            foreach (var (name, (key, isActive)) in live.Where(_ => luck.Next(15) == 0).ToList())
            {
                await server.StateAsync(key, isActive ? "Quarantined" : "Active");
                live[name] = (key, !isActive);
            }
            if (luck.Next(2) == 0)
            {
                await AbreastAsync(server);
                await SaveAsync(server);
            }
            if (luck.Next(2) == 0)
            {
                await server.RestartAsync();
                await server.LoadedAsync();
            }
            await AbreastAsync(server);
            foreach (var (name, (key, isActive)) in live)
            {
                var found = Index(server).Current!.Find(Made.Scan(name), DateTimeOffset.UtcNow);
                Guid[] expected = isActive ? [key.EntryId] : [];
                Assert.Equal(expected, found.Select(fact => fact.EntryId));
            }
        }
        Assert.Null(await AlarmAsync(server));
    }

    private static async Task<(Guid List, List<EntryKey> Keys)> FilledAsync(TestServer server)
    {
        await server.LoadedAsync();
        var list = await server.ListAsync("made");
        var keys = await server.EntriesAsync(list, [.. Enumerable.Range(0, Entries).Select(Value)]);
        await server.WithinASecondAsync(Made.Scan($"file {Entries - 1}"), Outcome.Block);
        return (list, keys);
    }

    private static SignalValue Value(int number) =>
        new()
        {
            Sha256 = Made.Sha256($"file {number}"),
            Pdq = Made.Bytes(Made.Pdq($"file {number}")),
            PdqQuality = 100,
        };

    private static async Task AssertFoundAsync(TestServer server, IEnumerable<int> numbers)
    {
        foreach (var number in numbers)
        {
            var (snapshot, now) = (Index(server).Current!, DateTimeOffset.UtcNow);
            Assert.Single(snapshot.Find(Made.Scan($"file {number}"), now));
            Assert.Single(snapshot.Find(Made.Near($"file {number}", 31), now));
        }
        await server.WithinASecondAsync(Made.Scan("file 299"), Outcome.Block);
    }

    private static TenantIndex Index(TestServer server) =>
        server.Get<ScanIndex>().Tenants.Single(tenant => tenant.Tenant == TenantId.Default);

    private static async Task SaveAsync(TestServer server)
    {
        await AbreastAsync(server);
        await server.Get<IndexKeeper>().SaveAsync(Index(server), Made.Stop);
        Assert.NotNull(Index(server).Mark);
        Assert.NotEmpty(Directory.EnumerateFiles(Folder(server), "generation-*"));
    }

    /// <summary>What is in memory is what the database has.</summary>
    private static Task<string> AbreastAsync(TestServer server) =>
        TestServer.EventuallyAsync(
            async () =>
                await server.AskAsync<long>("select generation from list_clock where tenant = @tenant")
                == Index(server).ListsSeen
                    ? ""
                    : null,
            "the changes are in memory"
        );

    private static Task<long> MarksAsync(TestServer server) =>
        server.AskAsync<long>("select count(*) from index_mark where tenant = @tenant");

    private static Task<string?> AlarmAsync(TestServer server) =>
        server.AskAsync<string>(
            "select severity from alert where tenant = @tenant and code = 'index_damaged'"
        );

    private static string Folder(TestServer server, string tenant = "default") =>
        Path.Combine(server.DataFolder, "index", "v1-0", $"tenant-{tenant}");

    private static List<string> Names(TestServer server) =>
        [.. Directory.EnumerateFiles(Folder(server)).Select(path => Path.GetFileName(path)).Order()];

    private static Actor Person(string name) =>
        new(TenantId.Default, ActorKind.Person, name, new HashSet<Permission> { Permission.SettingsWrite });
}
