using Vigil.Files;

namespace Vigil.Tests.Files;

/// <summary>What only lies here waits for a recovery drill; copies of what stands elsewhere do not.</summary>
public sealed class DrillGateTests : IDisposable
{
    private readonly TestRing _ring = new(isDrilled: false);

    public void Dispose() => _ring.Dispose();

    /// <summary>Each way to begin a sealed object of this ring.</summary>
    public static TheoryData<string> Kinds => ["file", "log", "object"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_is_begun_before_a_drill_all_after_it_and_nothing_once_the_root_key_was_rotated(
        string kind
    )
    {
        Refuses(kind);

        Assert.True(_ring.Drill());
        Begin(kind, TestRing.Context());

        _ring.Keys.RotateRoot();
        Refuses(kind);
        Assert.True(_ring.Drill());
        Begin(kind, TestRing.Context());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_copy_and_a_record_of_work_wait_for_no_drill(string kind) =>
        Begin(kind, TestRing.Context() with { BeforeDrill = true });

    [Fact]
    public void What_was_sealed_opens_and_is_wrapped_anew_without_a_drill()
    {
        Assert.True(_ring.Drill());
        var bytes = _ring.Seal([1, 2, 3]);
        byte[] head;
        using (var one = new SealedObject(_ring.Keys, TestRing.Context()))
        {
            one.CreateWriter(new MemoryStream()).Complete();
            head = one.Head();
        }
        File.Delete(Path.Combine(_ring.Folder["keys"], "root.drill"));

        Assert.Equal([1, 2, 3], _ring.Open(bytes));
        _ring.Keys.NewEpoch(KeyRing.DefaultTenant);
        var again = SealedFile.Rewrap(head, _ring.Keys, TestRing.Context());
        Assert.Equal((1, 2), (SealedFile.EpochOf(head), SealedFile.EpochOf(again)));
    }

    [Fact]
    public void The_drill_opens_the_ring_on_the_disk_with_the_shares_alone()
    {
        var folder = _ring.Folder["keys"];
        var (root, path) = (Path.Combine(folder, "root.key"), Path.Combine(folder, "keys.ring"));
        var shares = _ring.Keys.SplitRoot();
        var aside = File.ReadAllBytes(root);
        File.Delete(root);
        Assert.True(KeyRing.Drill(folder, shares[2], shares[0], DateTimeOffset.UnixEpoch));
        Assert.False(File.Exists(root));

        File.WriteAllBytes(root, aside);
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.Delete(Path.Combine(folder, "root.drill"));
        var ring = File.ReadAllBytes(path);
        ring[^40] ^= 1;
        File.WriteAllBytes(path, ring);
        var damaged = Assert.Throws<KeyRingException>(() =>
            KeyRing.Drill(folder, shares[0], shares[1], DateTimeOffset.UnixEpoch)
        );
        Assert.Equal(KeyRingProblem.Damaged, damaged.Problem);
        Assert.False(File.Exists(Path.Combine(folder, "root.drill")));
    }

    [Fact]
    public void Root_keys_are_shared_once_and_anew_when_it_was_cut_off_or_the_key_was_rotated()
    {
        var at = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        using var second = new TestRing(isDrilled: false);
        KeyRing[] both = [_ring.Keys, second.Keys];
        Assert.Throws<IOException>(() =>
            KeyRing.Share(both, at, again: false, _ => throw new IOException("Full."))
        );
        Assert.All(both, keys => Assert.Null(keys.SharedAt));

        var told = new List<IReadOnlyList<IReadOnlyList<KeyShare>>>();
        Assert.True(KeyRing.Share(both, at, again: false, told.Add));
        Assert.All(both, keys => Assert.Equal(at, keys.SharedAt));
        Assert.False(KeyRing.Share(both, at, again: false, told.Add));
        Assert.True(KeyRing.Share(both, at.AddDays(1), again: true, told.Add));
        Assert.All(both, keys => Assert.Equal(at.AddDays(1), keys.SharedAt));

        second.Keys.RotateRoot();
        Assert.Null(second.Keys.SharedAt);
        Assert.True(KeyRing.Share(both, at, again: false, told.Add));
        Assert.Equal(3, told.Count);
        Assert.All(told, rings => Assert.Equal(2, rings.Count));
        // A ring that was drilled before shares were recorded has its people.
        using var older = new TestRing();
        Assert.False(KeyRing.Share([older.Keys], at, again: false, told.Add));
    }

    private void Refuses(string kind)
    {
        var refused = Assert.Throws<KeyRingException>(() => Begin(kind, TestRing.Context()));
        Assert.Equal(KeyRingProblem.NotDrilled, refused.Problem);
        Assert.Contains("'vigil keys drill'", refused.Message, StringComparison.Ordinal);
    }

    private void Begin(string kind, SealContext context)
    {
        switch (kind)
        {
            case "file":
                Assert.Equal([7], _ring.Open(_ring.Seal([7], context), context));
                break;
            case "log":
                var path = Path.Combine(_ring.Folder["keys"], $"{Guid.NewGuid():n}.log");
                using (var log = SealedLog.Open(path, _ring.Keys, context, _ => { }))
                {
                    log.Append([7]);
                }
                break;
            default:
                new SealedObject(_ring.Keys, context).Dispose();
                break;
        }
    }
}
