using Vigil.Files;
using Vigil.Server.Tests.Running;
using Vigil.Trust;

namespace Vigil.Server.Tests.Trust;

/// <summary>The root keys are made and split in one step, whatever cuts it off.</summary>
public sealed class RootKeyTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Data => _folder["data"];

    [Fact]
    public void A_first_start_writes_three_sheets_of_which_any_two_give_both_root_keys_back_and_one_none()
    {
        using (var roots = Open())
        {
            Assert.Null(roots.Standing().SharedAt);
            Assert.True(roots.ShareFirst());
        }
        var sheets = Drills.Sheets(Data);
        CheckSheets(sheets);
        for (var i = 0; i < KeyShare.Count; i++)
        {
            Assert.Equal(OwnerOnly, File.GetUnixFileMode(Drills.SheetIn(Data, i + 1)));
            var text = sheets[i].ReplaceLineEndings(" ");
            Assert.Contains($"sheet {i + 1} of 3", text, StringComparison.Ordinal);
            Assert.Contains(Environment.MachineName, text, StringComparison.Ordinal);
            Assert.Contains(Data, text, StringComparison.Ordinal);
            Assert.Contains("person", text, StringComparison.Ordinal);
            Assert.Contains("Delete the file on the server", text, StringComparison.Ordinal);
            Assert.Contains("vigil keys drill", text, StringComparison.Ordinal);
            Assert.Matches($"records: key [0-9a-f]{{8}}, share {i + 1}, check [0-9a-f]{{8}}", text);
            // One share, also taken for two, gives nothing.
            var one = Drills.SharesOf(sheets[i])[0];
            var refused = Assert.Throws<KeyRingException>(() =>
                KeyRing.Drill(Drills.KeysIn(Data), one, one, DateTimeOffset.UnixEpoch)
            );
            Assert.Equal(KeyRingProblem.ShareRefused, refused.Problem);
        }
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.Combine(Data, "shares"))
        );

        using var again = Open();
        Assert.False(again.ShareFirst());
        Assert.Equal(sheets, Drills.Sheets(Data));
        var standing = again.Standing();
        Assert.NotNull(standing.SharedAt);
        Assert.Equal(3, standing.SheetsHere.Count);
    }

    /// <summary>Each write of the step in turn is what the start does not come past.</summary>
    [Theory]
    [InlineData("shares/share-1-of-3.txt")]
    [InlineData("shares/share-2-of-3.txt")]
    [InlineData("shares/share-3-of-3.txt")]
    [InlineData("keys/root.shares")]
    [InlineData("keys/locker/root.shares")]
    public void A_start_that_is_cut_off_between_leaves_no_ring_that_is_believed_shared(string at)
    {
        using (var roots = Open())
        {
            var block = Path.Combine(Data, at);
            Directory.CreateDirectory(Path.Combine(block, "in the way"));
            Assert.ThrowsAny<IOException>(() => roots.ShareFirst());
            Directory.Delete(block, recursive: true);
        }
        using var next = Open();
        Assert.Null(next.Standing().SharedAt);
        Assert.True(next.ShareFirst());
        Assert.NotNull(next.Standing().SharedAt);
        CheckSheets(Drills.Sheets(Data));
    }

    [Fact]
    public void A_ring_that_a_list_or_half_a_start_made_is_shared_by_the_next_start()
    {
        KeyRing.OpenOrCreate(Drills.KeysIn(Data)).Dispose();
        using var roots = Open();
        Assert.True(roots.ShareFirst());
        CheckSheets(Drills.Sheets(Data));
    }

    [Fact]
    public void After_a_rotation_there_are_new_sheets_and_a_new_drill_is_needed()
    {
        Drills.Prepare(Data);
        using (var keys = KeyRing.OpenOrCreate(Path.Combine(Drills.KeysIn(Data), "locker")))
        {
            using var before = Open();
            Assert.NotNull(before.DrilledAt);
            keys.RotateRoot();
        }
        using var roots = Open();
        Assert.Null(roots.DrilledAt);
        Assert.Equal(KeyRingProblem.NotDrilled, Assert.Throws<KeyRingException>(roots.RequireDrill).Problem);
        Assert.True(roots.ShareFirst());
        Drills.Pass(Data, Drills.Sheets(Data));
        Assert.NotNull(roots.DrilledAt);
        roots.RequireDrill();
    }

    [Fact(Timeout = 60_000)]
    public async Task A_demo_passes_its_own_drill_and_leaves_no_sheet()
    {
        await using var server = await TestServer.StartAsync(Profile.Demo);
        Assert.NotNull(server.Server.RootKeys.DrilledAt);
        Assert.Empty(server.Server.RootKeys.SheetsHere);
        Assert.False(File.Exists(Drills.SheetIn(server.DataFolder, 1)));
    }

    [Fact(Timeout = 60_000)]
    public async Task The_sheets_go_where_a_setting_says()
    {
        var elsewhere = _folder["elsewhere"];
        await using var server = await TestServer.StartAsync(
            change: options => options with { SharesFolder = elsewhere },
            isDrilled: false
        );
        Assert.Equal(3, Directory.GetFiles(elsewhere).Length);
        Assert.False(Directory.Exists(Path.Combine(server.DataFolder, "shares")));
        Assert.Equal(elsewhere, server.Server.RootKeys.SharesFolder);
    }

    private RootKeys Open()
    {
        Durable.CreateFolder(Data);
        return RootKeys.Open(Drills.KeysIn(Data), null, TimeProvider.System);
    }

    /// <summary>Every two of them bring both root keys back, byte for byte, where they were lost.</summary>
    private void CheckSheets(string[] sheets)
    {
        var shares = sheets.Select(Drills.SharesOf).ToArray();
        foreach (var ((_, ring), at) in RootKeys.Rings(Drills.KeysIn(Data)).Select((ring, i) => (ring, i)))
        {
            var path = Path.Combine(ring, "root.key");
            var root = File.ReadAllBytes(path);
            foreach (var (one, other) in new[] { (0, 1), (1, 2), (2, 0) })
            {
                File.Delete(path);
                KeyRing.RestoreRoot(ring, shares[one][at], shares[other][at]);
                Assert.Equal(root, File.ReadAllBytes(path));
            }
        }
    }
}
