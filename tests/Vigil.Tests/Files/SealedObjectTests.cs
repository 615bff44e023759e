using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class SealedObjectTests : IDisposable
{
    private readonly TestRing _ring = new();

    public void Dispose() => _ring.Dispose();

    [Fact]
    public void Its_head_is_wrapped_by_the_epoch_that_is_the_newest_when_it_is_made()
    {
        using var body = new MemoryStream();
        using var sealing = new SealedObject(_ring.Keys, TestRing.Context());
        using (var writer = sealing.CreateWriter(body))
        {
            writer.Write([1, 2, 3]);
            writer.Complete();
        }
        var early = sealing.Head();
        _ring.Keys.NewEpoch(KeyRing.DefaultTenant);
        _ring.Keys.DestroyEpoch(KeyRing.DefaultTenant, 1);

        var late = sealing.Head();

        Assert.Equal((1, 2), (SealedFile.EpochOf(early), SealedFile.EpochOf(late)));
        Assert.Equal([1, 2, 3], Read(body, late));
        Assert.Equal(
            KeyRingProblem.EpochDestroyed,
            Assert.Throws<KeyRingException>(() => Read(body, early)).Problem
        );
    }

    private byte[] Read(MemoryStream body, byte[] head)
    {
        using var reader = SealedFile.OpenReader(
            new MemoryStream(body.ToArray()),
            head,
            _ring.Keys,
            TestRing.Context()
        );
        using var plain = new MemoryStream();
        reader.CopyTo(plain);
        return plain.ToArray();
    }
}
