using System.Security.Cryptography;
using System.Text;

namespace Vigil.Simulators.CyberTip;

/// <summary>What a form held; files are measured, not kept.</summary>
internal sealed record Form(string? Id, bool HasFile, string FileName, long FileBytes, string FileMd5);

/// <summary>Reads a form of parts as it comes, in constant memory.</summary>
internal sealed class FormReader(BodyStream body, string boundary)
{
    private const int BufferBytes = 64 * 1024;
    private const int MaxPartHead = 4096;

    private readonly byte[] _delimiter = Encoding.Latin1.GetBytes("\r\n--" + boundary);
    private readonly byte[] _buffer = new byte[BufferBytes];
    private int _count;

    /// <summary>Null: it is no such form.</summary>
    public static async Task<Form?> ReadAsync(BodyStream body, string contentType, CancellationToken stop)
    {
        if (contentType.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
        {
            var text = Encoding.UTF8.GetString(await body.ReadAllAsync(4096, stop) ?? []);
            var id = text.Split('&').FirstOrDefault(pair => pair.StartsWith("id=", StringComparison.Ordinal));
            return new Form(id is null ? null : Uri.UnescapeDataString(id[3..]), false, "", 0, "");
        }
        const string mark = "boundary=";
        var at = contentType.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        return contentType.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) && at > 0
            ? await new FormReader(
                body,
                contentType[(at + mark.Length)..].Split(';')[0].Trim().Trim('"')
            ).ReadAsync(stop)
            : null;
    }

    private async Task<Form?> ReadAsync(CancellationToken stop)
    {
        // The first delimiter has no line end before it: put one there, so that all are alike.
        (_buffer[0], _buffer[1], _count) = ((byte)'\r', (byte)'\n', 2);
        if (!await SkipToDelimiterAsync(null, stop))
        {
            return null;
        }
        var form = new Form(null, false, "", 0, "");
        while (await ReadPartHeadAsync(stop) is { } head)
        {
            if (!head.Contains("filename=", StringComparison.OrdinalIgnoreCase))
            {
                var text = new MemoryStream();
                if (!await SkipToDelimiterAsync(text, stop))
                {
                    return null;
                }
                var isId = head.Contains("name=\"id\"", StringComparison.OrdinalIgnoreCase);
                form = isId ? form with { Id = Encoding.UTF8.GetString(text.ToArray()) } : form;
                continue;
            }
            using var md5 = new Md5Sink();
            if (!await SkipToDelimiterAsync(md5, stop))
            {
                return null;
            }
            form = form with
            {
                HasFile = true,
                FileName = Between(head, "filename=\"", '"'),
                FileBytes = md5.Length,
                FileMd5 = md5.Hash(),
            };
        }
        return form;
    }

    /// <summary>Null: the last delimiter was read.</summary>
    private async Task<string?> ReadPartHeadAsync(CancellationToken stop)
    {
        while (_count < 2)
        {
            await FillAsync(stop);
        }
        if (_buffer.AsSpan(0, 2).SequenceEqual("--"u8))
        {
            return null;
        }
        int end;
        while ((end = _buffer.AsSpan(0, _count).IndexOf("\r\n\r\n"u8)) < 0)
        {
            if (_count > MaxPartHead)
            {
                throw new InvalidDataException("A part's head is too long.");
            }
            await FillAsync(stop);
        }
        var head = Encoding.UTF8.GetString(_buffer, 0, end);
        // The two line ends' second is left: it may begin the next delimiter, where the part is empty.
        Drop(end + 2);
        _isAtStart = true;
        return head;
    }

    private bool _isAtStart;

    /// <summary>Gives what stands before the next delimiter; false: there is none.</summary>
    private async Task<bool> SkipToDelimiterAsync(Stream? into, CancellationToken stop)
    {
        while (true)
        {
            var at = _buffer.AsSpan(0, _count).IndexOf(_delimiter);
            var sure = at >= 0 ? at : Math.Max(0, _count - _delimiter.Length + 1);
            if (_isAtStart && at < 0 && sure < 2)
            {
                sure = 0;
            }
            var skip = _isAtStart && sure >= 2 ? 2 : 0;
            if (sure > skip)
            {
                into?.Write(_buffer, skip, sure - skip);
            }
            _isAtStart = _isAtStart && sure < 2;
            Drop(sure);
            if (at >= 0)
            {
                _isAtStart = false;
                Drop(_delimiter.Length);
                return true;
            }
            if (!await TryFillAsync(stop))
            {
                return false;
            }
        }
    }

    private void Drop(int count)
    {
        _buffer.AsSpan(count, _count - count).CopyTo(_buffer);
        _count -= count;
    }

    private async Task FillAsync(CancellationToken stop)
    {
        if (!await TryFillAsync(stop))
        {
            throw new EndOfStreamException();
        }
    }

    private async Task<bool> TryFillAsync(CancellationToken stop)
    {
        var count = await body.ReadAsync(_buffer.AsMemory(_count), stop);
        _count += count;
        return count > 0;
    }

    private static string Between(string text, string mark, char end)
    {
        var at = text.IndexOf(mark, StringComparison.OrdinalIgnoreCase);
        return at < 0 ? "" : text[(at + mark.Length)..].Split(end)[0];
    }

    /// <summary>Takes the MD5 of what is written to it.</summary>
    private sealed class Md5Sink : Stream
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        private long _length;

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => _length;
        public override long Position
        {
            get => _length;
            set => throw new NotSupportedException();
        }

        public string Hash() => Convert.ToHexStringLower(_hash.GetHashAndReset());

        public override void Write(byte[] buffer, int offset, int count)
        {
            _hash.AppendData(buffer, offset, count);
            _length += count;
        }

        public override void Flush() { }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
