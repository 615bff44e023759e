using Vigil.Hashing;

namespace Vigil.Tests.Hashing;

/// <summary>
/// The budget that speed rests on: after its first picture a hasher asks for no more memory.
/// </summary>
public class AllocationTests
{
    [Fact]
    public void Hashing_a_picture_allocates_nothing_after_the_first()
    {
        var hasher = new PdqHasher();
        var pixels = SyntheticPicture.Make(4, 1600, 1004);
        var eight = new PdqResult[8];
        hasher.HashDihedral(
            new PixelView(pixels, 1600, 1004, PixelLayout.Rgb24),
            eight,
            PdqResize.Nearest512
        );
        hasher.Hash(new PixelView(pixels, 1600, 1004, PixelLayout.Rgb24));

        // A collection in another test's thread may be charged to this one: what every one of five rounds
        // shows is ours.
        var allocated = Enumerable.Range(0, 5).Min(_ => BytesAllocatedBy(hasher, pixels, eight));
        Assert.Equal(0, allocated);
    }

    private static long BytesAllocatedBy(PdqHasher hasher, byte[] pixels, PdqResult[] eight)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        hasher.Hash(new PixelView(pixels, 1600, 1004, PixelLayout.Rgb24));
        hasher.Hash(new PixelView(pixels, 800, 600, PixelLayout.Rgb24));
        hasher.HashDihedral(
            new PixelView(pixels, 1600, 1004, PixelLayout.Rgb24),
            eight,
            PdqResize.Nearest512
        );
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
