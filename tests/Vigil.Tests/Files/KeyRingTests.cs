using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class KeyRingTests : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly TestRing _ring = new();

    private string RootKey => _ring.Folder["keys/root.key"];

    private string RingFile => _ring.Folder["keys/keys.ring"];

    private string NextRootKey => _ring.Folder["keys/root.key.next"];

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void A_new_ring_is_private_and_has_one_epoch()
    {
        Assert.Equal(32, File.ReadAllBytes(RootKey).Length);
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(RootKey));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(RingFile));
        Assert.Equal(OwnerOnly | UnixFileMode.UserExecute, File.GetUnixFileMode(_ring.Folder["keys"]));
        Assert.Equal([new KeyEpoch(1, false)], _ring.Keys.Epochs(KeyRing.DefaultTenant));
        Assert.False(File.Exists(NextRootKey));
    }

    [Fact]
    public void A_ring_opened_again_reads_what_was_sealed_before()
    {
        var bytes = _ring.Seal([1, 2, 3]);
        _ring.Reopen();
        Assert.Equal([1, 2, 3], _ring.Open(bytes));
    }

    [Fact]
    public void No_key_stands_in_the_ring_file_in_the_clear()
    {
        var root = File.ReadAllBytes(RootKey);
        Assert.Equal(-1, File.ReadAllBytes(RingFile).AsSpan().IndexOf(root.AsSpan(0, 8)));
    }

    [Fact]
    public void Destroying_an_epoch_makes_its_objects_and_only_its_objects_unreadable_for_ever()
    {
        var first = _ring.Seal([1]);
        Assert.Equal(2, _ring.Keys.NewEpoch(KeyRing.DefaultTenant));
        var second = _ring.Seal([2]);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);

        for (var i = 0; i < 2; i++)
        {
            var error = Assert.Throws<KeyRingException>(() => _ring.Open(first));
            Assert.Equal(KeyRingProblem.EpochDestroyed, error.Problem);
            Assert.Contains("was destroyed", error.Message);
            Assert.Equal([2], _ring.Open(second));
            _ring.Reopen();
        }
        Assert.Equal(
            [new KeyEpoch(1, true), new KeyEpoch(2, false)],
            _ring.Keys.Epochs(KeyRing.DefaultTenant)
        );
    }

    [Fact]
    public void After_the_last_epoch_is_destroyed_a_new_one_must_be_begun_and_gets_a_new_number()
    {
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);
        var error = Assert.Throws<KeyRingException>(() => _ring.Seal([1]));
        Assert.Equal(KeyRingProblem.NoLiveEpoch, error.Problem);
        Assert.Equal(2, _ring.Keys.NewEpoch(KeyRing.DefaultTenant));
        Assert.Equal([1], _ring.Open(_ring.Seal([1])));
    }

    [Fact]
    public void An_epoch_destroyed_by_another_process_is_destroyed_here_too()
    {
        var bytes = _ring.Seal([1]);
        using (var other = KeyRing.OpenOrCreate(_ring.Folder["keys"]))
        {
            other.NewEpoch("fresh");
            other.DestroyEpoch(KeyRing.DefaultTenant, 1);
        }
        var error = Assert.Throws<KeyRingException>(() => _ring.Open(bytes));
        Assert.Equal(KeyRingProblem.EpochDestroyed, error.Problem);
        Assert.Equal([new KeyEpoch(1, false)], _ring.Keys.Epochs("fresh"));
    }

    [Fact]
    public void What_was_sealed_for_a_destroyed_tenant_never_opens_again_and_others_are_untouched()
    {
        _ring.Keys.NewEpoch("acme");
        var context = TestRing.Context(tenant: "acme");
        var (theirs, ours) = (_ring.Seal([1], context), _ring.Seal([2]));
        var value = new ValueSealer(_ring.Keys, "acme", "test").Seal([3], [4]);
        var digest = new KeyedDigest(_ring.Keys, "acme", "test").Of([5]);

        _ring.Keys.DestroyTenant("acme");
        _ring.Keys.DestroyTenant("acme");

        for (var i = 0; i < 2; i++)
        {
            var error = Assert.Throws<KeyRingException>(() => _ring.Open(theirs, context));
            Assert.Equal(KeyRingProblem.UnknownTenant, error.Problem);
            Assert.Equal([2], _ring.Open(ours));
            _ring.Reopen();
        }
        // Not even under the same name: the keys are others.
        _ring.Keys.NewEpoch("acme");
        Assert.ThrowsAny<IOException>(() => _ring.Open(theirs, context));
        Assert.Throws<SealBrokenException>(() =>
            new ValueSealer(_ring.Keys, "acme", "test").Open(value, [4])
        );
        Assert.NotEqual(digest, new KeyedDigest(_ring.Keys, "acme", "test").Of([5]));
    }

    [Fact]
    public void A_tenant_destroyed_by_another_process_is_destroyed_here_too_and_overwritten_where_it_stood()
    {
        _ring.Keys.NewEpoch("acme");
        var context = TestRing.Context(tenant: "acme");
        var theirs = _ring.Seal([1], context);
        using var before = File.OpenRead(RingFile);
        using (var other = KeyRing.OpenOrCreate(_ring.Folder["keys"]))
        {
            other.DestroyTenant("acme");
        }
        Assert.Throws<KeyRingException>(() => _ring.Open(theirs, context));
        var bytes = new byte[before.Length];
        before.ReadExactly(bytes);
        Assert.DoesNotContain(bytes, b => b != 0);
    }

    [Fact]
    public void The_wrapped_key_of_a_destroyed_epoch_is_overwritten_where_it_stood()
    {
        using var before = File.OpenRead(RingFile);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);
        var bytes = new byte[before.Length];
        before.ReadExactly(bytes);
        Assert.True(bytes.Length > 0);
        Assert.DoesNotContain(bytes, b => b != 0);
    }

    [Fact]
    public void A_hard_link_that_somebody_made_as_a_copy_is_not_overwritten()
    {
        using var link = System.Diagnostics.Process.Start("ln", [RingFile, _ring.Folder["copy"]]);
        link.WaitForExit();
        var before = File.ReadAllBytes(RingFile);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);
        Assert.Equal(before, File.ReadAllBytes(_ring.Folder["copy"]));
    }

    [Fact]
    public void Rotating_the_root_key_changes_no_object_and_the_old_root_opens_nothing()
    {
        var bytes = _ring.Seal([1, 2, 3]);
        var oldRoot = File.ReadAllBytes(RootKey);
        _ring.Keys.RotateRoot();
        Assert.Equal([1, 2, 3], _ring.Open(bytes));
        _ring.Reopen();
        Assert.Equal([1, 2, 3], _ring.Open(bytes));
        Assert.NotEqual(oldRoot, File.ReadAllBytes(RootKey));

        File.WriteAllBytes(RootKey, oldRoot);
        AssertRefused(KeyRingProblem.RootKeyForeign, "put back the root.key");
    }

    [Fact]
    public void Unknown_tenants_and_epochs_are_told_apart()
    {
        Assert.Equal(
            KeyRingProblem.UnknownTenant,
            Assert.Throws<KeyRingException>(() => _ring.Keys.Epochs("nobody")).Problem
        );
        Assert.Equal(
            KeyRingProblem.UnknownEpoch,
            Assert.Throws<KeyRingException>(() => _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 7)).Problem
        );
        Assert.Throws<KeyRingException>(() => _ring.Seal([1], TestRing.Context(tenant: "nobody")));
        Assert.Throws<ArgumentException>(() => _ring.Keys.NewEpoch("Not A Name"));
        Assert.Throws<ArgumentException>(() => _ring.Keys.NewEpoch("line\n"));
    }

    [Fact]
    public void An_older_ring_says_that_it_does_not_know_the_epoch()
    {
        var old = File.ReadAllBytes(RingFile);
        _ring.Keys.NewEpoch(KeyRing.DefaultTenant);
        var bytes = _ring.Seal([1]);
        File.WriteAllBytes(RingFile, old);
        var error = Assert.Throws<KeyRingException>(() => _ring.Open(bytes));
        Assert.Equal(KeyRingProblem.UnknownEpoch, error.Problem);
        Assert.Contains("backup", error.Message);
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void A_root_key_that_others_can_read_is_refused(UnixFileMode extra)
    {
        File.SetUnixFileMode(RootKey, OwnerOnly | extra);
        AssertRefused(KeyRingProblem.RootKeyExposed, "chmod 600");
    }

    [Fact]
    public void No_new_ring_is_made_where_half_of_one_stands()
    {
        File.Move(RootKey, _ring.Folder["aside"]);
        AssertRefused(KeyRingProblem.RootKeyMissing, "put the root key back");
        Assert.False(File.Exists(RootKey));
        File.Move(_ring.Folder["aside"], RootKey);

        File.Move(RingFile, _ring.Folder["aside"]);
        AssertRefused(KeyRingProblem.RingMissing, "put the wrapped keys back");
        Assert.False(File.Exists(RingFile));
        var error = Assert.Throws<KeyRingException>(() => _ring.Seal([1]));
        Assert.Equal(KeyRingProblem.RingMissing, error.Problem);
    }

    [Fact]
    public void Key_files_gone_while_in_use_are_an_error_not_a_new_ring()
    {
        File.Delete(RootKey);
        File.Delete(RingFile);
        Assert.Throws<KeyRingException>(() => _ring.Keys.NewEpoch("a"));
        Assert.False(File.Exists(RingFile));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    public void A_root_key_of_another_length_is_refused(int length)
    {
        File.WriteAllBytes(RootKey, new byte[length]);
        AssertRefused(KeyRingProblem.Damaged, "32 bytes");
    }

    [Fact]
    public void A_root_key_of_another_ring_is_refused()
    {
        using var other = new TestRing();
        File.Copy(other.Folder["keys/root.key"], RootKey, overwrite: true);
        AssertRefused(KeyRingProblem.RootKeyForeign, "put back the root.key");
    }

    [Fact]
    public void A_ring_file_flipped_or_cut_anywhere_is_refused_and_stays_as_it_is()
    {
        _ring.Keys.NewEpoch("second");
        var whole = File.ReadAllBytes(RingFile);
        for (var i = 0; i < whole.Length; i++)
        {
            byte[] flipped = [.. whole];
            flipped[i] ^= 0x10;
            foreach (var damaged in new[] { flipped, whole[..i] })
            {
                File.WriteAllBytes(RingFile, damaged);
                var error = Assert.Throws<KeyRingException>(() =>
                    KeyRing.OpenOrCreate(_ring.Folder["keys"]).Dispose()
                );
                Assert.True(
                    error.Problem is KeyRingProblem.Damaged or KeyRingProblem.RootKeyForeign,
                    $"{error.Problem} at {i}"
                );
                Assert.Equal(damaged, File.ReadAllBytes(RingFile));
            }
        }
    }

    [Fact]
    public void A_ring_file_of_absurd_size_is_refused_without_reading_it()
    {
        using (var file = File.OpenWrite(RingFile))
        {
            file.SetLength(10L << 30);
        }
        AssertRefused(KeyRingProblem.Damaged, "larger than");
    }

    [Fact]
    public void A_closed_ring_cannot_be_used()
    {
        var keys = KeyRing.OpenOrCreate(_ring.Folder["keys"]);
        keys.Dispose();
        keys.Dispose();
        Assert.Throws<ObjectDisposedException>(() => keys.Epochs(KeyRing.DefaultTenant));
        Assert.Throws<ObjectDisposedException>(() => keys.NewEpoch("a"));
        Assert.Throws<ObjectDisposedException>(keys.RotateRoot);
    }

    [Fact]
    public void A_rotation_killed_at_any_step_is_finished_or_undone_at_the_next_opening()
    {
        var bytes = _ring.Seal([1]);
        var (oldRoot, oldRing) = (File.ReadAllBytes(RootKey), File.ReadAllBytes(RingFile));
        _ring.Keys.RotateRoot();
        var (newRoot, newRing) = (File.ReadAllBytes(RootKey), File.ReadAllBytes(RingFile));

        Put(oldRoot, oldRing, newRoot);
        _ring.Reopen();
        Assert.Equal([1], _ring.Open(bytes));
        Assert.Equal(oldRoot, File.ReadAllBytes(RootKey));
        Assert.False(File.Exists(NextRootKey));

        Put(oldRoot, newRing, newRoot);
        _ring.Reopen();
        Assert.Equal([1], _ring.Open(bytes));
        Assert.Equal(newRoot, File.ReadAllBytes(RootKey));
        Assert.False(File.Exists(NextRootKey));
    }

    [Fact]
    public void The_making_of_a_ring_killed_at_any_step_is_finished_or_begun_again()
    {
        var (root, ring) = (File.ReadAllBytes(RootKey), File.ReadAllBytes(RingFile));
        File.Delete(RootKey);
        File.Delete(RingFile);
        WritePrivate(NextRootKey, root);
        _ring.Reopen();
        Assert.NotEqual(root, File.ReadAllBytes(RootKey));

        File.Delete(RootKey);
        WritePrivate(NextRootKey, root);
        File.WriteAllBytes(RingFile, ring);
        _ring.Reopen();
        Assert.Equal(root, File.ReadAllBytes(RootKey));
    }

    [Fact]
    public void A_rotation_killed_by_a_failing_disk_loses_nothing()
    {
        var bytes = _ring.Seal([1]);
        foreach (var step in Enumerable.Range(1, 6))
        {
            using var probe = Probe.StartWithFault(
                $"fsync:error=EIO:when={step}",
                "rotate",
                _ring.Folder["keys"],
                "1"
            );
            Assert.Equal(74, probe.End().ExitCode);
            _ring.Reopen();
            Assert.Equal([1], _ring.Open(bytes));
        }
    }

    [Fact]
    public void A_wipe_that_cannot_be_synced_ends_the_process()
    {
        using var probe = Probe.StartWithFault(
            "fdatasync:error=EIO:when=1",
            "rotate",
            _ring.Folder["keys"],
            "1"
        );
        var (code, _, error) = probe.End();
        Assert.Equal(74, code);
        Assert.Contains("fdatasync", error);
    }

    [Fact]
    public void Processes_that_make_and_change_a_ring_at_once_lose_no_key()
    {
        for (var round = 0; round < Effort.Of(10); round++)
        {
            var folder = _ring.Folder[$"raced{round}"];
            var probes = Enumerable
                .Range(0, 4)
                .Select(i => Probe.Launch("epochs", folder, $"t{i}", "5"))
                .ToArray();
            foreach (var probe in probes)
            {
                var (code, lines, error) = probe.End();
                Assert.True(code == 0, error);
                Assert.Equal(6, lines.Count);
                probe.Dispose();
            }
            using var keys = KeyRing.OpenOrCreate(folder);
            Assert.All(Enumerable.Range(0, 4), i => Assert.Equal(5, keys.Epochs($"t{i}").Count));
            Assert.Single(keys.Epochs(KeyRing.DefaultTenant));
        }
    }

    [Fact]
    public void Threads_may_seal_open_and_rotate_at_once()
    {
        Parallel.For(
            0,
            40,
            i =>
            {
                if (i % 10 == 0)
                {
                    _ring.Keys.RotateRoot();
                }
                // Each rotation asks for a drill of its own.
                var early = TestRing.Context() with
                {
                    BeforeDrill = true,
                };
                Assert.Equal([(byte)i], _ring.Open(_ring.Seal([(byte)i], early)));
            }
        );
    }

    private void AssertRefused(KeyRingProblem problem, string advice)
    {
        var error = Assert.Throws<KeyRingException>(() => KeyRing.OpenOrCreate(_ring.Folder["keys"]));
        Assert.Equal(problem, error.Problem);
        Assert.Contains(advice, error.Message);
    }

    private void Put(byte[] root, byte[] ring, byte[] next)
    {
        WritePrivate(RootKey, root);
        File.WriteAllBytes(RingFile, ring);
        WritePrivate(NextRootKey, next);
    }

    private static void WritePrivate(string path, byte[] bytes)
    {
        File.WriteAllBytes(path, bytes);
        File.SetUnixFileMode(path, OwnerOnly);
    }
}
