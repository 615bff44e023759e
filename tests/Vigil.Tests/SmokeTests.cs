using Vigil.Hashing;

namespace Vigil.Tests;

public class SmokeTests
{
    [Fact]
    public void A_digest_reads_back() =>
        Assert.True(Digest.TryParse(DigestAlgorithm.Md5, "D41D8CD98F00B204E9800998ECF8427E", out _));
}
