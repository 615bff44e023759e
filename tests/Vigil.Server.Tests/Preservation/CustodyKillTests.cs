using System.Diagnostics;
using Vigil.FaultProbe;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Preservation;

/// <summary>
/// kill -9 at any moment of sealing, holding and destroying: nothing that was acknowledged is lost, nothing that is
/// held is destroyed, and what was half destroyed opens to nobody.
/// </summary>
public sealed class CustodyKillTests : IDisposable
{
    private readonly TestFolder _folder = new();
    private readonly Dictionary<Guid, int> _sealed = [];
    private readonly HashSet<Guid> _held = [];
    private readonly long _start = TimeProvider.System.GetTimestamp();

    public void Dispose() => _folder.Dispose();

    [Fact(Timeout = 3_600_000)]
    public async Task Nothing_acknowledged_is_lost_and_nothing_half_destroyed_is_readable()
    {
        // 100 kills in --long.
        var (random, kills) = RetentionRuleTests.Seeded(100);
        Directory.CreateDirectory(_folder["data"]);
        await using var database = await TestDatabase.CreateAsync(new DirectoryInfo(_folder["data"]));
        var destroyed = 0;
        for (var kill = 0; kill < kills; kill++)
        {
            await RunAndKillAsync(database, 1 + (kill * 1_000_000), random);
            using var kernel = await CustodyLife.OpenAsync(_folder["data"], database.Source, _start);
            await using var signing = new LedgerSigning(kernel);
            destroyed = await CheckAsync(kernel);
        }
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{kills} kills, {_sealed.Count} sealed, {_held.Count} held, {destroyed} destroyed; lost 0, half destroyed and readable 0"
        );
        Assert.True(_held.Count > kills / 4 && destroyed > kills / 4, "Hardly anything happened.");
    }

    private async Task RunAndKillAsync(TestDatabase database, int first, Random random)
    {
        using var probe = Process.Start(
            new ProcessStartInfo(
                Path.Combine(AppContext.BaseDirectory, "Vigil.FaultProbe"),
                ["custody", _folder["data"], database.Source, $"{_start}", $"{first}"]
            )
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            }
        )!;
        var error = probe.StandardError.ReadToEndAsync();
        var lines = random.Next(2, 40);
        for (var i = 0; i < lines; i++)
        {
            var line = await probe.StandardOutput.ReadLineAsync();
            Assert.True(line is not null, $"The probe ended: {(line is null ? await error : "")}");
            Note(line!);
        }
        await Task.Delay(random.Next(40));
        probe.Kill();
        while (await probe.StandardOutput.ReadLineAsync() is { } line)
        {
            Note(line);
        }
        await probe.WaitForExitAsync();
    }

    private void Note(string line)
    {
        var words = line.Split(' ');
        switch (words[0])
        {
            case "sealed":
                _sealed[Guid.Parse(words[2])] = int.Parse(words[1]);
                break;
            case "held":
                _held.Add(Guid.Parse(words[2]));
                break;
            case "lifting":
                _held.Remove(Guid.Parse(words[2]));
                break;
        }
    }

    private async Task<int> CheckAsync(TrustKernel kernel)
    {
        var states = await StatesAsync(kernel);
        Assert.Empty(_sealed.Keys.Except(states.Keys));
        foreach (var (id, number) in _sealed)
        {
            Assert.True(states[id] == "Sealed" || !_held.Contains(id), $"{id} is held and {states[id]}");
            if (states[id] == "Sealed")
            {
                Assert.Equal(CustodyLife.BytesOf(number), await CustodyLife.ReadAsync(kernel, id));
            }
            else
            {
                var refusal = await Assert.ThrowsAsync<ContentException>(() =>
                    CustodyLife.ReadAsync(kernel, id)
                );
                Assert.Equal(ContentProblem.Destroyed, refusal.Problem);
            }
        }
        // What was cut off is finished by the next look, and leaves nothing.
        Assert.NotNull(await kernel.Retention.SweepAsync(TenantId.Default));
        var after = await StatesAsync(kernel);
        Assert.DoesNotContain("Destroying", after.Values);
        var objects = Directory
            .EnumerateFiles(Path.Combine(_folder["data"], "locker"), "*.body", SearchOption.AllDirectories)
            .Select(file => Guid.ParseExact(Path.GetFileNameWithoutExtension(file), "n"))
            .ToHashSet();
        var gone = after.Where(row => row.Value == "Destroyed").Select(row => row.Key).ToList();
        Assert.Empty(objects.Intersect(gone));
        return gone.Count;
    }

    private static Task<Dictionary<Guid, string>> StatesAsync(TrustKernel kernel) =>
        kernel.Db.SystemAsync(
            "test",
            isWrite: false,
            async tx =>
                (
                    await tx.QueryAsync<(Guid Id, string State)>(
                        "select id, state from content where tenant = @tenant"
                    )
                ).ToDictionary(row => row.Id, row => row.State)
        );
}
