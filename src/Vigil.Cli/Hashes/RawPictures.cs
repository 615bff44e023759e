using System.Collections.Concurrent;
using System.CommandLine;
using Vigil.Cli.Inputs;
using Vigil.Cli.Output;
using Vigil.Files;
using Vigil.Hashing;
using Vigil.Media;

namespace Vigil.Cli.Hashes;

/// <summary>
/// Files of raw RGB pixels of one size: hashed in this process, for there is nothing to decode.
/// </summary>
internal sealed class RawPictures((int Width, int Height) size, MediaRequest request)
{
    // PdqHasher keeps working memory and is for one thread at a time.
    private readonly ConcurrentBag<PdqHasher> _idle = [];

    private readonly long _bytes = 3L * size.Width * size.Height;

    public static (int Width, int Height) ReadSize(Option<string?> option, string text, MediaLimits limits)
    {
        var parts = text.Split('x');
        if (
            parts.Length == 2
            && int.TryParse(parts[0], out var width)
            && int.TryParse(parts[1], out var height)
            && width is > 0
            && height is > 0
            && width <= limits.MaxSidePixels
            && height <= limits.MaxSidePixels
            && (long)width * height <= limits.MaxPixels
        )
        {
            return (width, height);
        }

        throw new UsageException(
            $"{option.Name} takes WIDTHxHEIGHT, such as 640x480, up to {limits.MaxSidePixels} a side and "
                + $"{limits.MaxPixels} pixels, not '{Printable.Of(text)}'."
        );
    }

    public HashedFile Hash(WalkItem item)
    {
        if (item.Failure is not null)
        {
            return new HashedFile(item.Path, null, item.Failure);
        }

        try
        {
            using var stream = InputFile.OpenRead(item.Path);
            if (stream.Length != _bytes)
            {
                return new HashedFile(item.Path, null, WrongSize(stream.Length));
            }

            var pixels = new byte[_bytes];
            stream.ReadExactly(pixels);
            return new HashedFile(item.Path, Hash(pixels), null, _bytes);
        }
        catch (InputFileException e)
        {
            return new HashedFile(item.Path, null, Advice.For(item.Path, e));
        }
        catch (IOException e)
        {
            return new HashedFile(item.Path, null, new Failure("read-error", Advice.For(e)));
        }
    }

    private Failure WrongSize(long length) =>
        new(
            "wrong-size",
            $"{size.Width}x{size.Height} RGB pixels are {_bytes} bytes; the file has {length}. Correct --raw-rgb."
        );

    private MediaResult Hash(byte[] pixels)
    {
        FileDigests? digests = null;
        if (request.Digests)
        {
            using var hasher = new DigestHasher();
            hasher.Append(pixels);
            digests = hasher.Finish();
        }
        return new MediaResult
        {
            Outcome = MediaOutcome.Done,
            Width = size.Width,
            Height = size.Height,
            Frames = 1,
            Digests = digests,
            Hashes = request.Pdq ? HashPixels(pixels) : [],
        };
    }

    private FrameHash[] HashPixels(byte[] pixels)
    {
        var picture = new PixelView(pixels, size.Width, size.Height, PixelLayout.Rgb24);
        var results = new PdqResult[request.Dihedral ? 8 : 1];
        var pdq = _idle.TryTake(out var idle) ? idle : new PdqHasher();
        if (request.Dihedral)
        {
            pdq.HashDihedral(picture, results, request.Resize);
        }
        else
        {
            results[0] = pdq.Hash(picture, request.Resize);
        }

        _idle.Add(pdq);
        return
        [
            .. results.Select(
                (result, i) => new FrameHash(0, PictureView.Stored, (Dihedral)i, result.Hash, result.Quality)
            ),
        ];
    }
}
