using Vigil.Files;

namespace Vigil.Tests.Files;

public sealed class SealedFileTests : IDisposable
{
    private const int ChunkBytes = 65536;
    private const int SealedChunkBytes = ChunkBytes + 16;
    private const int HeaderBytes = 107; // 100 and "default"

    private readonly TestRing _ring = new();

    public void Dispose() => _ring.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    [InlineData(ChunkBytes - 17)]
    [InlineData(ChunkBytes - 16)]
    [InlineData(ChunkBytes - 1)]
    [InlineData(ChunkBytes)]
    [InlineData(ChunkBytes + 1)]
    [InlineData(ChunkBytes + 16)]
    [InlineData(2 * ChunkBytes - 1)]
    [InlineData(2 * ChunkBytes)]
    [InlineData(2 * ChunkBytes + 1)]
    [InlineData(5 * ChunkBytes)]
    [InlineData(1_000_000)]
    public void What_was_sealed_is_read_back_at_every_length_round_the_chunk_borders(int length)
    {
        var plain = Bytes(length, seed: length);
        var bytes = _ring.Seal(plain);
        Assert.Equal(plain, _ring.Open(bytes));
        var chunks = Math.Max(1, (length + ChunkBytes - 1) / ChunkBytes);
        Assert.Equal(HeaderBytes + length + 16 * chunks, bytes.Length);
    }

    [Fact]
    public void Writing_and_reading_in_pieces_of_any_size_gives_the_same_bytes()
    {
        var random = Effort.NewRandom();
        for (var round = 0; round < Effort.Of(100); round++)
        {
            var plain = Bytes(random.Next(0, 4 * ChunkBytes), round);
            using var file = new MemoryStream();
            using (var writer = SealedFile.CreateWriter(file, _ring.Keys, TestRing.Context()))
            {
                for (var at = 0; at < plain.Length; )
                {
                    var count = Math.Min(plain.Length - at, random.Next(0, 2 * ChunkBytes));
                    writer.Write(plain, at, count);
                    at += count;
                }
                writer.Complete();
            }
            var read = new byte[plain.Length];
            using var reader = SealedFile.OpenReader(
                new TricklingStream(file.ToArray(), random),
                _ring.Keys,
                TestRing.Context()
            );
            for (var at = 0; at < read.Length; )
            {
                var count = reader.Read(read, at, random.Next(1, read.Length - at + 1));
                Assert.True(count > 0);
                at += count;
            }
            Assert.Equal(0, reader.Read(new byte[1], 0, 1));
            Assert.Equal(plain, read);
        }
    }

    [Fact]
    public void The_plain_bytes_do_not_stand_in_the_file_and_two_files_of_one_content_share_nothing()
    {
        var plain = Bytes(100_000, seed: 1);
        var first = _ring.Seal(plain);
        var second = _ring.Seal(plain);
        Assert.Equal(-1, first.AsSpan().IndexOf(plain.AsSpan(500, 16)));
        Assert.Equal(-1, second.AsSpan().IndexOf(first.AsSpan(HeaderBytes, 16)));
    }

    [Fact]
    public void A_file_cut_at_any_byte_is_refused_and_says_so()
    {
        var plain = Bytes(ChunkBytes + 300, seed: 2);
        var whole = _ring.Seal(plain);
        var ends = Enumerable
            .Range(0, HeaderBytes + 40)
            .Concat(Enumerable.Range(HeaderBytes + SealedChunkBytes - 20, 20 + 316));
        foreach (var end in ends)
        {
            AssertRefused(whole[..end], plain, intactChunks: end > HeaderBytes + SealedChunkBytes ? 1 : 0);
        }
        var error = Assert.Throws<SealBrokenException>(() => _ring.Open(whole[..^1]));
        Assert.Contains("cut or altered", error.Message);
    }

    [Fact]
    public void An_empty_sealed_file_cannot_be_made_by_cutting()
    {
        var whole = _ring.Seal(Bytes(10, seed: 3));
        Assert.Throws<SealBrokenException>(() => _ring.Open(whole[..HeaderBytes]));
        Assert.Throws<SealBrokenException>(() => _ring.Open([]));
        Assert.Empty(_ring.Open(_ring.Seal([])));
    }

    [Fact]
    public void Chunks_exchanged_doubled_or_taken_out_are_refused()
    {
        var plain = Bytes(4 * ChunkBytes, seed: 4);
        var whole = _ring.Seal(plain);
        byte[] Chunk(int i) => whole.AsSpan(HeaderBytes + i * SealedChunkBytes, SealedChunkBytes).ToArray();
        var header = whole[..HeaderBytes];

        AssertRefused([.. header, .. Chunk(1), .. Chunk(0), .. Chunk(2), .. Chunk(3)], plain, 0);
        AssertRefused([.. header, .. Chunk(0), .. Chunk(0), .. Chunk(1), .. Chunk(2), .. Chunk(3)], plain, 1);
        AssertRefused([.. header, .. Chunk(0), .. Chunk(2), .. Chunk(3)], plain, 1);
        AssertRefused([.. header, .. Chunk(0), .. Chunk(1), .. Chunk(3)], plain, 2);
        AssertRefused([.. whole, .. Chunk(3)], plain, 3);
        AssertRefused([.. whole, 0], plain, 3);
    }

    [Fact]
    public void A_chunk_or_header_of_another_file_is_refused()
    {
        var plain = Bytes(3 * ChunkBytes, seed: 5);
        var one = _ring.Seal(plain);
        var other = _ring.Seal(plain);
        AssertRefused([.. other[..HeaderBytes], .. one[HeaderBytes..]], plain, 0);
        var border = HeaderBytes + SealedChunkBytes;
        AssertRefused([.. one[..border], .. other[border..]], plain, 1);
    }

    [Fact]
    public void A_file_under_another_name_tenant_or_version_is_refused()
    {
        _ring.Keys.NewEpoch("other");
        var plain = Bytes(100, seed: 6);
        var bytes = _ring.Seal(plain);
        AssertRefused(bytes, plain, 0, TestRing.Context("object2"));
        AssertRefused(bytes, plain, 0, TestRing.Context(version: 2));
        AssertRefused(bytes, plain, 0, TestRing.Context(tenant: "other"));
        Assert.Equal(plain, _ring.Open(bytes));
    }

    [Fact]
    public void A_file_of_another_key_ring_is_refused_and_says_whose_keys_it_needs()
    {
        using var elsewhere = new TestRing();
        var bytes = elsewhere.Seal(Bytes(10, seed: 7));
        var error = Assert.Throws<SealBrokenException>(() => _ring.Open(bytes));
        Assert.Contains("another key ring", error.Message);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(10)]
    public void A_version_or_algorithm_of_the_future_is_refused_and_says_to_update(int offset)
    {
        var bytes = _ring.Seal(Bytes(10, seed: 8));
        bytes[offset]++;
        var error = Assert.Throws<SealBrokenException>(() => _ring.Open(bytes));
        Assert.Contains("update", error.Message);
    }

    [Fact]
    public void Some_other_file_is_refused_and_says_to_check_the_name()
    {
        var error = Assert.Throws<SealBrokenException>(() => _ring.Open(Bytes(1000, seed: 9)));
        Assert.Contains("Not a sealed file", error.Message);
    }

    [Fact]
    public void No_flip_cut_swap_or_insertion_ever_releases_a_byte_that_was_not_sealed_there()
    {
        var random = Effort.NewRandom();
        var lengths = new[] { 0, 1, 1000, ChunkBytes, ChunkBytes + 1, 3 * ChunkBytes + 77 };
        var plains = lengths.Select(l => Bytes(l, l)).ToArray();
        var files = plains.Select((p, i) => _ring.Seal(p, TestRing.Context($"{i}"))).ToArray();
        var found = 0;
        for (var trial = 0; trial < Effort.Of(10_000); trial++)
        {
            var which = random.Next(files.Length);
            var tampered = Tamper.AtRandom(files[which], files[random.Next(files.Length)], random);
            if (tampered.AsSpan().SequenceEqual(files[which]))
            {
                continue;
            }
            var sameUntil = files[which].AsSpan().CommonPrefixLength(tampered);
            var intact = Math.Max(0, (sameUntil - HeaderBytes) / SealedChunkBytes);
            AssertRefused(tampered, plains[which], intact, TestRing.Context($"{which}"));
            found++;
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"{found} changes found, 0 opened wrong");
        Assert.True(found > 0);
    }

    [Fact]
    public void A_writer_that_fails_half_way_leaves_nothing_that_looks_whole()
    {
        foreach (var length in new[] { 0, 10, ChunkBytes, ChunkBytes + 1, 3 * ChunkBytes })
        {
            using var file = new MemoryStream();
            using (var writer = SealedFile.CreateWriter(file, _ring.Keys, TestRing.Context()))
            {
                writer.Write(Bytes(length, length));
                writer.Flush();
            }
            Assert.Throws<SealBrokenException>(() => _ring.Open(file.ToArray()));
        }
    }

    [Fact]
    public void Nothing_can_be_written_after_the_end_nor_read_after_closing()
    {
        var writer = SealedFile.CreateWriter(new MemoryStream(), _ring.Keys, TestRing.Context());
        Assert.True(writer.CanWrite);
        writer.Complete();
        Assert.False(writer.CanWrite);
        Assert.Throws<ObjectDisposedException>(() => writer.Write([1]));
        Assert.Throws<ObjectDisposedException>(writer.Complete);
        writer.Dispose();

        var reader = SealedFile.OpenReader(
            new MemoryStream(_ring.Seal([1, 2, 3])),
            _ring.Keys,
            TestRing.Context()
        );
        Assert.Equal(1, reader.ReadByte());
        reader.Dispose();
        reader.Dispose();
        Assert.Throws<ObjectDisposedException>(() => reader.ReadByte());
    }

    [Fact]
    public void A_broken_file_stays_broken_when_it_is_read_on()
    {
        var bytes = _ring.Seal(Bytes(3 * ChunkBytes, seed: 10));
        bytes[HeaderBytes + SealedChunkBytes + 5] ^= 1;
        using var reader = SealedFile.OpenReader(new MemoryStream(bytes), _ring.Keys, TestRing.Context());
        reader.ReadExactly(new byte[ChunkBytes]);
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<SealBrokenException>(() => reader.ReadByte());
        }
    }

    [Fact]
    public void Both_streams_go_forward_only()
    {
        using var writer = SealedFile.CreateWriter(new MemoryStream(), _ring.Keys, TestRing.Context());
        using var reader = SealedFile.OpenReader(
            new MemoryStream(_ring.Seal([])),
            _ring.Keys,
            TestRing.Context()
        );
        foreach (var stream in new Stream[] { writer, reader })
        {
            Assert.False(stream.CanSeek);
            Assert.Throws<NotSupportedException>(() => stream.Length);
            Assert.Throws<NotSupportedException>(() => stream.Position);
            Assert.Throws<NotSupportedException>(() => stream.Position = 0);
            Assert.Throws<NotSupportedException>(() => stream.Seek(0, SeekOrigin.Begin));
            Assert.Throws<NotSupportedException>(() => stream.SetLength(0));
        }
        Assert.True(reader.CanRead && !reader.CanWrite && !writer.CanRead);
        reader.Flush();
        Assert.Throws<NotSupportedException>(() => reader.Write([1], 0, 1));
        Assert.Throws<NotSupportedException>(() => writer.ReadByte());
    }

    [Fact]
    public void A_gigabyte_is_sealed_and_read_in_constant_memory()
    {
        const int piece = 1 << 20;
        var pieces = Effort.Of(1000);
        var plain = Bytes(piece, seed: 11);
        var path = _ring.Folder["large"];
        var before = GC.GetAllocatedBytesForCurrentThread();
        using (var writer = SealedFile.CreateWriter(File.Create(path), _ring.Keys, TestRing.Context()))
        {
            for (var i = 0; i < pieces; i++)
            {
                writer.Write(plain);
            }
            writer.Complete();
        }
        using (var reader = SealedFile.OpenReader(File.OpenRead(path), _ring.Keys, TestRing.Context()))
        {
            var read = new byte[piece];
            for (var i = 0; i < pieces; i++)
            {
                reader.ReadExactly(read);
                Assert.True(read.AsSpan().SequenceEqual(plain));
            }
            Assert.Equal(-1, reader.ReadByte());
        }
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4L << 20);
    }

    private void AssertRefused(byte[] tampered, byte[] plain, int intactChunks, SealContext? context = null)
    {
        var released = _ring.ReleasedBeforeRefusal(tampered, context);
        Assert.True(released is not null, "tampered bytes were taken for whole");
        Assert.InRange(released.Length, 0, intactChunks * ChunkBytes);
        Assert.True(plain.AsSpan().StartsWith(released), "bytes were released that were not sealed there");
    }

    internal static byte[] Bytes(int length, int seed)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
