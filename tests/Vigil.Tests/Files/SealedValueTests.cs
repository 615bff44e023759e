using System.Security.Cryptography;
using System.Text;
using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class SealedValueTests : IDisposable
{
    private const string Tenant = KeyRing.DefaultTenant;

    private readonly TestRing _ring = new();

    public void Dispose() => _ring.Dispose();

    private ValueSealer Sealer(string purpose = "test", string tenant = Tenant) =>
        new(_ring.Keys, tenant, purpose);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_value_comes_back_and_is_longer_by_the_stated_bytes(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        var value = Sealer().Seal(plain, [7]);

        Assert.Equal(length + ValueSealer.OverheadBytes, value.Length);
        Assert.Equal(plain, Sealer().Open(value, [7]));
        Assert.NotEqual(value, Sealer().Seal(plain, [7]));
    }

    [Fact]
    public void A_value_does_not_open_in_another_place_for_another_purpose_or_tenant()
    {
        _ring.Keys.NewEpoch("other");
        var value = Sealer().Seal([1, 2, 3], [7]);

        Assert.Throws<SealBrokenException>(() => Sealer().Open(value, [8]));
        Assert.Throws<SealBrokenException>(() => Sealer("another").Open(value, [7]));
        Assert.Throws<SealBrokenException>(() => Sealer(tenant: "other").Open(value, [7]));
    }

    [Fact]
    public void No_altered_cut_or_lengthened_value_opens()
    {
        var random = Effort.NewRandom();
        var sealer = Sealer();
        var value = sealer.Seal(RandomNumberGenerator.GetBytes(64), [7]);
        var other = sealer.Seal(RandomNumberGenerator.GetBytes(64), [7]);
        for (var i = 0; i < Effort.Of(10_000); i++)
        {
            var bad = Tamper.AtRandom(value, other, random);
            if (!bad.AsSpan().SequenceEqual(value) && !bad.AsSpan().SequenceEqual(other))
            {
                var error = Record.Exception(() => sealer.Open(bad, [7]));
                Assert.True(
                    error is SealBrokenException or KeyRingException { Problem: KeyRingProblem.UnknownEpoch },
                    $"Opened, or failed otherwise: {error}"
                );
            }
        }
    }

    [Fact]
    public void What_was_sealed_in_a_destroyed_epoch_never_opens_again_and_new_values_go_on()
    {
        var sealer = Sealer();
        var old = sealer.Seal([1], [7]);
        Assert.Equal([1], sealer.Open(old, [7])); // The derived key is in memory now.
        _ring.Keys.NewEpoch(Tenant);
        var fresh = sealer.Seal([2], [7]);

        _ring.Keys.DestroyEpoch(Tenant, 1);

        var error = Assert.Throws<KeyRingException>(() => sealer.Open(old, [7]));
        Assert.Equal(KeyRingProblem.EpochDestroyed, error.Problem);
        Assert.Equal([2], sealer.Open(fresh, [7]));
    }

    [Fact]
    public void A_key_that_another_process_destroyed_is_not_used_from_memory()
    {
        var sealer = Sealer();
        var old = sealer.Seal([1], [7]);
        _ = sealer.Open(old, [7]);
        using (var other = KeyRing.OpenOrCreate(_ring.Folder["keys"]))
        {
            other.NewEpoch(Tenant);
            other.DestroyEpoch(Tenant, 1);
        }

        Assert.Equal(
            KeyRingProblem.EpochDestroyed,
            Assert.Throws<KeyRingException>(() => sealer.Open(old, [7])).Problem
        );
    }

    [Fact]
    public void A_keyed_digest_is_the_same_for_one_tenant_and_purpose_only_and_outlives_epochs_and_root_keys()
    {
        _ring.Keys.NewEpoch("other");
        var value = Encoding.UTF8.GetBytes("account 12");
        var digest = new KeyedDigest(_ring.Keys, Tenant, "accounts").Of(value);

        Assert.Equal(KeyedDigest.LengthBytes, digest.Length);
        Assert.Equal(digest, new KeyedDigest(_ring.Keys, Tenant, "accounts").Of(value)); // the key, used and zeroed
        Assert.NotEqual(digest, new KeyedDigest(_ring.Keys, Tenant, "addresses").Of(value));
        Assert.NotEqual(digest, new KeyedDigest(_ring.Keys, "other", "accounts").Of(value));
        Assert.NotEqual(digest, SHA256.HashData(value));
        _ring.Keys.NewEpoch(Tenant);
        _ring.Keys.RotateRoot();
        _ring.Reopen();
        Assert.Equal(digest, new KeyedDigest(_ring.Keys, Tenant, "accounts").Of(value));
    }

    [Fact]
    public void Many_values_sealed_or_opened_at_once_are_as_one_by_one()
    {
        var sealer = Sealer();
        var old = sealer.Seal([1], [10]);
        _ring.Keys.NewEpoch(Tenant);
        var fresh = sealer.SealMany([([2, 2], [20]), ([], [30])]);

        Assert.Equal<byte[]>(
            [
                [1],
                [2, 2],
                [],
            ],
            sealer.OpenMany([(old, [10]), (fresh[0], [20]), (fresh[1], [30])])
        );
        Assert.Equal([2, 2], sealer.Open(fresh[0], [20]));
        Assert.Throws<SealBrokenException>(() => sealer.OpenMany([(old, [10]), (fresh[0], [21])]));
        Assert.Throws<SealBrokenException>(() => sealer.OpenMany([(old[..10], [10])]));
        var digest = new KeyedDigest(_ring.Keys, Tenant, "many");
        Assert.Equal<byte[]>(
            [digest.Of([1]), digest.Of([2])],
            digest.OfMany([
                [1],
                [2],
            ])
        );
    }

    [Fact]
    public void A_tenant_without_a_live_epoch_seals_nothing_and_says_what_to_do()
    {
        _ring.Keys.DestroyEpoch(Tenant, 1);

        var error = Assert.Throws<KeyRingException>(() => Sealer().Seal([1], [7]));
        Assert.Equal(KeyRingProblem.NoLiveEpoch, error.Problem);
    }

    [Fact]
    public void Many_threads_seal_while_epochs_come_and_go_and_nothing_is_sealed_under_an_empty_key()
    {
        var sealer = Sealer();
        Parallel.For(
            0,
            8,
            thread =>
            {
                for (var i = 0; i < 200; i++)
                {
                    if (thread == 0 && i % 20 == 0)
                    {
                        _ring.Keys.NewEpoch(Tenant);
                    }
                    byte[] plain = [(byte)thread, (byte)i];
                    var value = sealer.Seal(plain, [7]);
                    Assert.Equal(plain, sealer.Open(value, [7]));
                    using var zero = new AesGcm(new byte[32], 16);
                    Assert.ThrowsAny<CryptographicException>(() =>
                        zero.Decrypt(
                            value.AsSpan(5, 12),
                            value.AsSpan(17, 2),
                            value.AsSpan(^16..),
                            new byte[2],
                            [7]
                        )
                    );
                }
            }
        );
    }
}
