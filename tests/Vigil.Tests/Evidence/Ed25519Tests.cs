using System.Text;
using Vigil.Evidence;
using Vigil.Tests.Files;

namespace Vigil.Tests.Evidence;

/// <summary>libsodium against the vectors of RFC 8032 section 7.1 and against big integers.</summary>
public sealed class Ed25519Tests
{
    private static readonly byte[] Order = Convert.FromHexString(
        "EDD3F55C1A631258D69CF7A2DEF9DE1400000000000000000000000000000010"
    );

    [Theory]
    [InlineData(
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
    )]
    [InlineData(
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )]
    [InlineData(
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
    )]
    public void The_vectors_of_the_standard_hold(string seed, string key, string message, string signature)
    {
        var (made, secret) = (new byte[32], new byte[64]);
        Sodium.MakeKeyPair(Convert.FromHexString(seed), made, secret);
        var text = Convert.FromHexString(message);

        Assert.Equal(key, Convert.ToHexStringLower(made));
        Assert.Equal(signature, Convert.ToHexStringLower(Sodium.Sign(text, secret)));
        Assert.True(Sodium.Verify(Convert.FromHexString(signature), text, made));
        Assert.True(SlowEd25519.Verify(Convert.FromHexString(signature), text, made));
    }

    [Fact]
    public void Both_verifiers_agree_on_good_and_on_altered_signatures()
    {
        var random = Effort.NewRandom();
        for (var i = 0; i < Effort.Of(100); i++)
        {
            var (seed, key, secret, text) = (
                new byte[32],
                new byte[32],
                new byte[64],
                new byte[random.Next(200)]
            );
            random.NextBytes(seed);
            random.NextBytes(text);
            Sodium.MakeKeyPair(seed, key, secret);
            var signature = Sodium.Sign(text, secret);
            Assert.True(Sodium.Verify(signature, text, key) && SlowEd25519.Verify(signature, text, key));

            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.False(Sodium.Verify(signature, text, key) || SlowEd25519.Verify(signature, text, key));
        }
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("0100000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("ECFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    [InlineData("C7176A703D4DD84FBA3C0B760D10670F2A2053FA2C39CCC64EC7FD7792AC037A")]
    [InlineData("26E8958FC2B227B045C3F489F2EF98F0D5DFAC05D3C63339B13802886D53FC05")]
    // The identity in an encoding that is not canonical: y = p + 1.
    [InlineData("EEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF7F")]
    public void A_key_of_small_order_verifies_nothing(string key)
    {
        // Under the identity R = B * 0 and S = 0 fit every message; a verifier that follows the equation alone agrees.
        byte[] signature = [1, .. new byte[63]];
        for (var i = 0; i < 64; i++)
        {
            Assert.False(
                Sodium.Verify(signature, Encoding.ASCII.GetBytes($"{i}"), Convert.FromHexString(key))
            );
        }
    }

    [Fact]
    public void A_second_spelling_of_a_signature_is_refused()
    {
        var (key, secret) = (new byte[32], new byte[64]);
        Sodium.MakeKeyPair(new byte[32], key, secret);
        var signature = Sodium.Sign([1, 2, 3], secret);
        // S + L is the same number to the curve.
        for (int i = 0, carry = 0; i < 32; i++)
        {
            carry += signature[32 + i] + Order[i];
            signature[32 + i] = (byte)carry;
            carry >>= 8;
        }
        Assert.False(Sodium.Verify(signature, [1, 2, 3], key));
    }
}
