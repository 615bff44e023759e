using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Vigil.Hashing;

namespace Vigil.Media.Sandboxing;

/// <summary>The bytes of a file in a memory file that a program inherits for reading, and their digests.</summary>
internal sealed class InheritedFile : IDisposable
{
    private const int PieceBytes = 128 * 1024;

    /// <summary>Null when the caller's own memory is used.</summary>
    private readonly MediaMemory? _copy;

    private InheritedFile(MediaMemory? copy, SafeFileHandle handle, FileDigests? digests) =>
        (_copy, Handle, Digests) = (copy, handle, digests);

    /// <summary>Cannot be written through.</summary>
    public SafeFileHandle Handle { get; }

    public FileDigests? Digests { get; }

    /// <summary>
    /// Takes exactly as many bytes as the source said it has; null when it has others, or fails: one that
    /// changes while it is read is none.
    /// </summary>
    /// <exception cref="IOException">No memory for the bytes.</exception>
    public static InheritedFile? Take(Stream content, long length, bool digests)
    {
        var own = content is MediaMemory { Position: 0 } memory ? memory : null;
        var copy = own is null ? new MediaMemory() : null;
        try
        {
            using var hasher = digests ? new DigestHasher() : null;
            if ((copy is not null || hasher is not null) && !TryPump(content, length, copy, hasher))
            {
                copy?.Dispose();
                return null;
            }
            return new InheritedFile(copy, OpenForReading((own ?? copy!).Handle), hasher?.Finish());
        }
        catch
        {
            copy?.Dispose();
            throw;
        }
    }

    /// <summary>The first bytes, as many as there are up to the length of <paramref name="start"/>.</summary>
    public int ReadStart(Span<byte> start) => RandomAccess.Read(Handle, start, 0);

    private static bool TryPump(Stream content, long length, MediaMemory? copy, DigestHasher? hasher)
    {
        var piece = new byte[PieceBytes];
        try
        {
            for (var left = length; left > 0; )
            {
                var read = content.Read(piece.AsSpan(0, (int)Math.Min(piece.Length, left)));
                if (read <= 0)
                {
                    return false;
                }
                left -= read;
                copy?.Write(piece.AsSpan(0, read));
                hasher?.Append(piece.AsSpan(0, read));
            }
            return content.Read(piece.AsSpan(0, 1)) == 0;
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(piece);
        }
    }

    private static SafeFileHandle OpenForReading(SafeFileHandle memory)
    {
        var path = $"/proc/self/fd/{memory.DangerousGetHandle()}";
        var descriptor = LibC.Open(path, LibC.ReadOnly | LibC.CloseOnExec, 0);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException(
                "The memory of a file could not be opened again: "
                    + $"{Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}."
            );
    }

    public void Dispose()
    {
        Handle.Dispose();
        _copy?.Dispose();
    }
}
