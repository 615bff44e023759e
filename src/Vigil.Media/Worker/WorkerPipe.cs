using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Worker;

/// <summary>The worker's two ends of the pipe to the pool, moved away from where libraries print.</summary>
internal sealed unsafe class WorkerPipe
{
    private readonly int _in;
    private readonly int _out;
    private readonly int _nowhere;

    private WorkerPipe(int input, int output, int nowhere) =>
        (_in, _out, _nowhere) = (input, output, nowhere);

    /// <summary>
    /// Takes standard input and output for the protocol and puts /dev/null in their place, so that no library
    /// can put words into the answer. Null when the descriptors are not there.
    /// </summary>
    public static WorkerPipe? Take()
    {
        var input = LibC.Fcntl(LibC.StdIn, LibC.DupFdCloseOnExec, 3);
        var output = LibC.Fcntl(LibC.StdOut, LibC.DupFdCloseOnExec, 3);
        var nowhere = LibC.Open("/dev/null", LibC.ReadWrite | LibC.CloseOnExec, 0);
        var taken =
            input >= 0
            && output >= 0
            && LibC.Dup2(nowhere, LibC.StdIn) == LibC.StdIn
            && LibC.Dup2(nowhere, LibC.StdOut) == LibC.StdOut;
        return taken ? new WorkerPipe(input, output, nowhere) : null;
    }

    /// <summary>From now on errors go nowhere either: a message of a decoder may quote the file.</summary>
    public bool SilenceErrors() => LibC.Dup2(_nowhere, LibC.StdErr) == LibC.StdErr;

    /// <summary>False at the end of the input.</summary>
    public bool TryRead(Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint read;
            // SAFETY: the span is pinned during the call and at least as long as said.
            fixed (byte* first = bytes)
            {
                read = LibC.Read(_in, first, bytes.Length);
            }
            if (read > 0)
            {
                bytes = bytes[(int)read..];
            }
            else if (read == 0 || Marshal.GetLastPInvokeError() != LibC.Interrupted)
            {
                return false;
            }
        }
        return true;
    }

    /// <summary>Ends the process when the pool is gone: there is nobody to work for.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            nint written;
            // SAFETY: the span is pinned during the call and at least as long as said.
            fixed (byte* first = bytes)
            {
                written = LibC.Write(_out, first, bytes.Length);
            }
            if (written > 0)
            {
                bytes = bytes[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() != LibC.Interrupted)
            {
                End(0);
            }
        }
    }

    [DoesNotReturn]
    public static void End(int code)
    {
        while (true)
        {
            LibC.ExitNow(code);
        }
    }
}
