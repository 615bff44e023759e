using Vigil.CyberTip.Service;
using Vigil.Tests.Files;

namespace Vigil.Tests.CyberTip;

/// <summary>Alone, because what others allocate cannot be told apart.</summary>
[CollectionDefinition(nameof(LargeUploadTests), DisableParallelization = true)]
public class LargeUploadAlone;

[Collection(nameof(LargeUploadTests))]
public sealed class LargeUploadTests
{
    [Fact]
    public async Task A_file_of_500_megabytes_is_sent_in_constant_memory()
    {
        await using var service = new Service();
        var id = await service.OpenAsync();
        var length = Effort.Of(500) * 1_000_000L;
        await using var file = new Zeros(length);
        var before = GC.GetTotalAllocatedBytes();
        var answer = await service.Client.UploadAsync(id, file, "sample", Service.Cancellation);
        var allocated = GC.GetTotalAllocatedBytes() - before;
        Assert.Equal((AnswerClass.Done, true), (answer.Class, answer.Md5Matches));
        Assert.Equal(length, service.Simulator.Reports[0].Files[0].Bytes);
        // Client and simulator together; no more where the file is larger.
        Assert.InRange(allocated, 0, 20_000_000);
    }

    /// <summary>A file that is made as it is read.</summary>
    private sealed class Zeros(long length) : MemoryStream
    {
        private long _left = length;

        public override bool CanSeek => false;

        public override ValueTask<int> ReadAsync(
            Memory<byte> buffer,
            CancellationToken cancellationToken = default
        )
        {
            var count = (int)Math.Min(buffer.Length, _left);
            buffer.Span[..count].Clear();
            _left -= count;
            return ValueTask.FromResult(count);
        }
    }
}
