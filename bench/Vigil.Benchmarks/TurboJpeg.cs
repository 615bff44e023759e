using System.Runtime.InteropServices;

namespace Vigil.Benchmarks;

/// <summary>
/// The bare library, called here and nowhere else outside the sandboxed worker: it is the peer.
/// </summary>
internal static unsafe class TurboJpeg
{
    private const string Library = "libturbojpeg.so.0";
    private const int Rgb = 0;
    private const int Subsample420 = 2;

    public static void Decompress(byte[] jpeg, byte[] pixels, int width, int height)
    {
        var handle = tjInitDecompress();
        fixed (byte* source = jpeg)
        fixed (byte* target = pixels)
        {
            if (tjDecompress2(handle, source, (nuint)jpeg.Length, target, width, 0, height, Rgb, 0) != 0)
            {
                throw new InvalidDataException("libturbojpeg did not decode its own file.");
            }
        }
        _ = tjDestroy(handle);
    }

    public static byte[] Compress(byte[] pixels, int width, int height, int quality)
    {
        var handle = tjInitCompress();
        byte* jpeg = null;
        nuint length = 0;
        fixed (byte* source = pixels)
        {
            if (
                tjCompress2(handle, source, width, 0, height, Rgb, &jpeg, &length, Subsample420, quality, 0)
                != 0
            )
            {
                throw new InvalidDataException("libturbojpeg did not encode the picture.");
            }
        }
        var bytes = new ReadOnlySpan<byte>(jpeg, (int)length).ToArray();
        tjFree(jpeg);
        _ = tjDestroy(handle);
        return bytes;
    }

    [DllImport(Library)]
    private static extern nint tjInitDecompress();

    [DllImport(Library)]
    private static extern nint tjInitCompress();

    [DllImport(Library)]
    private static extern int tjDestroy(nint handle);

    [DllImport(Library)]
    private static extern void tjFree(byte* buffer);

    [DllImport(Library)]
    private static extern int tjDecompress2(
        nint handle,
        byte* jpeg,
        nuint length,
        byte* pixels,
        int width,
        int pitch,
        int height,
        int format,
        int flags
    );

    [DllImport(Library)]
    private static extern int tjCompress2(
        nint handle,
        byte* pixels,
        int width,
        int pitch,
        int height,
        int format,
        byte** jpeg,
        nuint* length,
        int subsampling,
        int quality,
        int flags
    );
}
