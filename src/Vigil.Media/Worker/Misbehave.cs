using System.Diagnostics.CodeAnalysis;
using Vigil.Media.Protocol;
using Vigil.Media.Sandboxing;

namespace Vigil.Media.Worker;

/// <summary>
/// Does on purpose what a file that takes over the decoder could do; see <see cref="Misbehaviour"/>.
/// </summary>
internal static unsafe class Misbehave
{
    public static void Now(in HashOrder order, WorkerPipe pipe, ulong job)
    {
        switch (order.Misbehaviour)
        {
            case Misbehaviour.None:
                return;
            case Misbehaviour.Allocate:
                Allocate(order.MisbehaviourAmount);
                break;
            case Misbehaviour.Spin:
                Spin();
                break;
            case Misbehaviour.Abort:
                LibC.Abort();
                break;
            case Misbehaviour.Segfault:
                // SAFETY: there is none; the kernel refuses the null address and ends the process or the
                // call.
                _ = LibC.Read(0, null, 1);
                *(byte*)LibC.MMap(0, 4096, LibC.ProtNone, LibC.MapPrivateAnonymous, -1, 0) = 1;
                break;
            case Misbehaviour.Exit:
                WorkerPipe.End((int)order.MisbehaviourAmount);
                break;
            case Misbehaviour.Execute:
                Execute();
                return;
            case Misbehaviour.Threads:
                StartThreads(order.MisbehaviourAmount);
                break;
            case Misbehaviour.Chatter:
                Chatter();
                return;
            case Misbehaviour.Garbage:
                pipe.Write(new byte[1024]);
                break;
            case Misbehaviour.WrongJob:
                Announce(pipe, FrameKind.HashAnswer, job + 1, HashAnswer.FixedBytes);
                break;
            case Misbehaviour.TooManyRecords:
                Announce(
                    pipe,
                    FrameKind.HashAnswer,
                    job,
                    HashAnswer.MaxBytes(order) + HashAnswer.RecordBytes
                );
                break;
            case Misbehaviour.EndlessPayload:
                Announce(pipe, FrameKind.HashAnswer, job, long.MaxValue);
                break;
            case Misbehaviour.TwoAnswers:
                Announce(pipe, FrameKind.HashAnswer, job, HashAnswer.FixedBytes);
                Announce(pipe, FrameKind.HashAnswer, job, HashAnswer.FixedBytes);
                break;
            case Misbehaviour.Sleep:
            case Misbehaviour.StopReading:
            default:
                break;
        }
        WaitForEver();
    }

    [DoesNotReturn]
    private static void WaitForEver()
    {
        using var never = new ManualResetEventSlim(false);
        while (true)
        {
            never.Wait();
        }
    }

    private static void Allocate(long bytes)
    {
        const int Step = 16 * 1024 * 1024;
        for (var left = bytes; left > 0; left -= Step)
        {
            var address = LibC.MMap(0, Step, LibC.ProtReadWrite, LibC.MapPrivateAnonymous, -1, 0);
            if (address == -1)
            {
                return;
            }
            // SAFETY: a fresh mapping of Step bytes.
            new Span<byte>((void*)address, Step).Fill(1);
        }
    }

    private static void Spin()
    {
        for (ulong i = 1; i != 0; i += 2)
        {
            if (i * i == 2)
            {
                return;
            }
        }
    }

    private static void Execute()
    {
        fixed (byte* program = "/nowhere\0"u8)
        {
            byte** arguments = stackalloc byte*[] { program, null };
            // SAFETY: zero-ended strings and lists; the filter kills the process at this call.
            _ = LibC.SysCall(
                SystemCalls.ForThisProcessor!.ExecVe,
                (nint)program,
                (nint)arguments,
                (nint)(arguments + 1),
                0
            );
        }
    }

    private static void StartThreads(long count)
    {
        for (var i = 0L; i < count; i++)
        {
            new Thread(WaitForEver, 64 * 1024) { IsBackground = true }.Start();
        }
    }

    private static void Chatter()
    {
        Console.Out.Write(new string('x', 4096));
        Console.Error.Write(new string('x', 1024 * 1024));
        fixed (byte* text = "native words on the way of the answer\n"u8)
        {
            // SAFETY: the text is longer than the 30 bytes written.
            _ = LibC.Write(LibC.StdOut, text, 30);
            _ = LibC.Write(LibC.StdErr, text, 30);
        }
    }

    private static void Announce(WorkerPipe pipe, FrameKind kind, ulong job, long payloadBytes)
    {
        var bytes = new byte[FrameHeader.ByteLength + HashAnswer.FixedBytes];
        new FrameHeader(kind, job, payloadBytes).WriteTo(bytes);
        HashAnswer.WriteFixed(
            bytes.AsSpan(FrameHeader.ByteLength),
            new(MediaOutcome.NotMedia, MediaFormat.Unknown),
            0
        );
        pipe.Write(bytes);
    }
}
