using Vigil.Media.Protocol;

namespace Vigil.Media.Worker;

/// <summary>A request of an order, options of a fixed size, and the file they are about.</summary>
internal static class OrderedFile
{
    /// <summary>False: the pool is gone.</summary>
    /// <param name="options">Takes the bytes between order and file.</param>
    /// <param name="file">In <paramref name="input"/>, until it is cleared.</param>
    public static bool TryTake(
        WorkerPipe pipe,
        InputBuffer input,
        Span<byte> options,
        out HashOrder order,
        out Span<byte> file
    )
    {
        order = default;
        file = default;
        Span<byte> start = stackalloc byte[HashOrder.ByteLength];
        if (!pipe.TryRead(start) || !pipe.TryRead(options))
        {
            return false;
        }
        order = HashOrder.ReadFrom(start);
        file = input.Take(checked((int)order.FileBytes));
        if (file.IsEmpty || !pipe.TryRead(file))
        {
            WorkerPipe.End(7);
        }
        return true;
    }
}
