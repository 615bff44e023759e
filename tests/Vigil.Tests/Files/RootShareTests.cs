using FsCheck;
using FsCheck.Fluent;
using Vigil.Files;
using Vigil.Files.Keys;

namespace Vigil.Tests.Files;

public sealed class RootShareTests : IDisposable
{
    private readonly TestRing _ring = new(isDrilled: false);

    private string RootPath => Path.Combine(_ring.Folder["keys"], "root.key");

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void Multiplying_and_inverting_agree_with_long_division_on_all_pairs()
    {
        for (var a = 0; a < 256; a++)
        {
            for (var b = 0; b < 256; b++)
            {
                Assert.Equal(SlowMultiply(a, b), Shamir.Multiply((byte)a, (byte)b));
            }
            Assert.Equal(a == 0 ? 0 : 1, Shamir.Multiply((byte)a, Shamir.Invert((byte)a)));
        }
    }

    [Fact]
    public void Any_two_shares_of_any_secret_give_it_back_and_lie_on_a_line_of_the_slow_field() =>
        Prop.ForAll(
                ArbMap.Default.ArbFor<byte[]>(),
                secret =>
                {
                    var shares = Shamir.Split(secret);
                    foreach (var (one, other) in new[] { (1, 2), (2, 1), (1, 3), (3, 1), (2, 3), (3, 2) })
                    {
                        var joined = new byte[secret.Length];
                        Shamir.Join((byte)one, shares[one - 1], (byte)other, shares[other - 1], joined);
                        if (!joined.SequenceEqual(secret))
                        {
                            return false;
                        }
                    }
                    // y(x) = secret + slope * x, with the slope from the first share.
                    return Enumerable
                        .Range(0, secret.Length)
                        .All(i =>
                            shares[1][i] == (secret[i] ^ SlowMultiply(shares[0][i] ^ secret[i], 2))
                            && shares[2][i] == (secret[i] ^ SlowMultiply(shares[0][i] ^ secret[i], 3))
                        );
                }
            )
            .Check(Config.QuickThrowOnFailure.WithMaxTest(Effort.Of(1000)));

    [Fact]
    public void One_share_is_as_likely_for_one_secret_as_for_another()
    {
        // Of one byte: over many splits every value of a share comes up, whatever the secret.
        foreach (var secret in new byte[] { 0, 255 })
        {
            for (var x = 0; x < 3; x++)
            {
                var seen = Enumerable.Range(0, 6000).Select(_ => Shamir.Split([secret])[x][0]).ToHashSet();
                Assert.Equal(256, seen.Count);
            }
        }
    }

    [Fact]
    public void Every_two_printed_shares_pass_the_drill_and_rebuild_a_lost_root_key()
    {
        var early = TestRing.Context() with { BeforeDrill = true };
        var sealedBytes = _ring.Seal([1, 2, 3], early);
        var root = File.ReadAllBytes(RootPath);
        var printed = _ring.Keys.SplitRoot().Select(share => share.Print()).ToArray();
        foreach (var (one, other) in new[] { (0, 1), (1, 0), (0, 2), (2, 0), (1, 2), (2, 1) })
        {
            var (first, second) = (KeyShare.Parse(printed[one]), KeyShare.Parse(printed[other]));
            Assert.True(Drill(first, second));
            Assert.Equal(one + 1, first.Number);
            Assert.Equal(first.KeyFingerprint, second.KeyFingerprint);

            File.Delete(RootPath);
            KeyRing.RestoreRoot(_ring.Folder["keys"], first, second);
            Assert.Equal(root, File.ReadAllBytes(RootPath));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(RootPath));
            _ring.Reopen();
            Assert.Equal([1, 2, 3], _ring.Open(sealedBytes));
        }
    }

    [Fact]
    public void What_was_written_down_is_read_with_the_usual_slips_and_any_wrong_sign_is_noticed()
    {
        var line = _ring.Keys.SplitRoot()[0].Print();
        Assert.Matches("^VIGIL(-[0-9A-HJKMNP-TV-Z]{1,5})+$", line);
        var sloppy =
            "  " + line.ToLowerInvariant().Replace('-', ' ').Replace('0', 'o').Replace('1', 'l') + "\n";
        Assert.Equal(line, KeyShare.Parse(sloppy).Print());
        for (var at = 0; at < line.Length; at++)
        {
            if (line[at] == '-')
            {
                continue;
            }
            var changed = line[..at] + (line[at] == '7' ? '8' : '7') + line[(at + 1)..];
            Refuses(() => KeyShare.Parse(changed));
            Refuses(() => KeyShare.Parse(line.Remove(at, 1)));
            Refuses(() => KeyShare.Parse(line.Insert(at, "U")));
        }
        Refuses(() => KeyShare.Parse(""));
        Refuses(() => KeyShare.Parse(line[..^1] + "U"));
    }

    [Fact]
    public void Shares_that_do_not_fit_are_refused_and_those_of_an_older_root_key_fail_the_drill()
    {
        var (first, second) = (_ring.Keys.SplitRoot(), _ring.Keys.SplitRoot());
        Refuses(() => Drill(first[0], first[0]));
        Refuses(() => Drill(first[0], second[1]));
        using var other = new TestRing();
        Refuses(() => Drill(first[0], other.Keys.SplitRoot()[1]));
        var theirs = other.Keys.SplitRoot();
        Assert.False(Drill(theirs[0], theirs[1]));

        _ring.Keys.RotateRoot();
        Assert.False(Drill(first[0], first[1]));
        var third = _ring.Keys.SplitRoot();
        Assert.True(Drill(third[0], third[1]));
    }

    [Fact]
    public void A_drill_that_passed_is_kept_until_the_root_key_changes_and_cannot_be_forged()
    {
        var at = new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero);
        var path = Path.Combine(_ring.Folder["keys"], "root.drill");
        var shares = _ring.Keys.SplitRoot();
        Assert.Null(_ring.Keys.DrilledAt);
        using var other = new TestRing();
        var theirs = other.Keys.SplitRoot();
        Assert.False(KeyRing.Drill(_ring.Folder["keys"], theirs[0], theirs[1], at));
        Assert.Null(_ring.Keys.DrilledAt);

        Assert.True(KeyRing.Drill(_ring.Folder["keys"], shares[0], shares[2], at));

        _ring.Reopen();
        Assert.Equal(at, _ring.Keys.DrilledAt);
        var bytes = File.ReadAllBytes(path);
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] ^= 1;
            File.WriteAllBytes(path, bytes);
            Assert.Null(_ring.Keys.DrilledAt);
            bytes[i] ^= 1;
        }
        File.WriteAllBytes(path, bytes[..^1]);
        Assert.Null(_ring.Keys.DrilledAt);
        File.WriteAllBytes(path, [.. bytes, 0]);
        Assert.Null(_ring.Keys.DrilledAt);
        File.WriteAllBytes(path, bytes);
        Assert.Equal(at, _ring.Keys.DrilledAt);

        _ring.Keys.RotateRoot();
        Assert.Null(_ring.Keys.DrilledAt);
    }

    [Fact]
    public void A_root_key_is_restored_only_where_it_is_missing_and_only_the_right_one()
    {
        var shares = _ring.Keys.SplitRoot();
        Refuses(() => Restore(shares));
        using var other = new TestRing();
        var theirs = other.Keys.SplitRoot();
        File.Delete(RootPath);
        Refuses(() => Restore(theirs));
        Assert.False(File.Exists(RootPath));
        Restore(shares);
        Assert.True(File.Exists(RootPath));

        Assert.Equal(
            KeyRingProblem.RingMissing,
            Assert
                .Throws<KeyRingException>(() =>
                    KeyRing.RestoreRoot(_ring.Folder["none"], shares[0], shares[1])
                )
                .Problem
        );
    }

    private bool Drill(KeyShare one, KeyShare other) =>
        KeyRing.Drill(_ring.Folder["keys"], one, other, DateTimeOffset.UnixEpoch);

    private object Restore(IReadOnlyList<KeyShare> shares)
    {
        KeyRing.RestoreRoot(_ring.Folder["keys"], shares[0], shares[2]);
        return shares;
    }

    private static void Refuses(Func<object> act) =>
        Assert.Equal(KeyRingProblem.ShareRefused, Assert.Throws<KeyRingException>(act).Problem);

    /// <summary>Schoolbook product of polynomials over GF(2), then division by x^8 + x^4 + x^3 + x + 1.</summary>
    private static int SlowMultiply(int a, int b)
    {
        var product = Enumerable
            .Range(0, 8)
            .Where(i => (b >> i & 1) == 1)
            .Aggregate(0, (sum, i) => sum ^ (a << i));
        for (var degree = 14; degree >= 8; degree--)
        {
            product ^= (product >> degree & 1) == 1 ? 0b1_0001_1011 << (degree - 8) : 0;
        }
        return product;
    }
}
